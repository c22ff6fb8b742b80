import { script, test, type Check } from "./check.ts";
import { shown } from "./shown.ts";

const compilers = { "TypeScript 6": "typescript/bin/tsc", "TypeScript 7": "typescript-go/bin/tsc" };

const projects = [
  "tsconfig.json",
  "test/tsconfig.json",
  "test/types/tsconfig.json",
  "test/types/tsconfig.dist.json",
  "test/types/tsconfig.node.json",
  "test/types/legacy/tsconfig.json",
  "test/types/legacy/tsconfig.dist.json",
];

export const types: Check = {
  id: "types",
  async run() {
    const outcomes = [];
    for (const [compiler, path] of Object.entries(compilers)) {
      for (const project of projects) {
        outcomes.push(await test(`${compiler}: ${project}`, () => script(path, ["-p", project, "--pretty", "false"])));
      }
      outcomes.push(await shown(compiler, path));
    }
    return { outcomes };
  },
};
