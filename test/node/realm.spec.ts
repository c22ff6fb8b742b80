import { createContext, runInContext } from "node:vm";
import { suite } from "uvu";
import { addRealm } from "../support/realm.ts";

const test = suite("realms in Node");
const realm = createContext();

addRealm(test, (expression) => runInContext(expression, realm) as unknown);

test.run();
