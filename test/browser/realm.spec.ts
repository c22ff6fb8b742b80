import { suite } from "uvu";
import { addRealm } from "../support/realm.ts";

const test = suite("realms in a browser");

const frame = document.createElement("iframe");
document.body.append(frame);
const realm = frame.contentWindow as unknown as { eval(expression: string): unknown };

addRealm(test, (expression) => realm.eval(`(${expression})`));

test.run();
