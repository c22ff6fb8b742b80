import { testExamples } from "../../support/examples.ts";

testExamples(["run", "-A"]);
