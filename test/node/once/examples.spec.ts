import { testExamples } from "../../support/examples.ts";
import { subject } from "../../support/runtime.ts";

// As a user's import, "aiodag" is what was built; these are the paths by which it is the source.
testExamples(["--import", "tsx"], subject() === "source" ? { TSX_TSCONFIG_PATH: "examples/tsconfig.json" } : {});
