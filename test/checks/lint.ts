import { script, test, type Check } from "./check.ts";

export const lint: Check = {
  id: "lint",
  async run() {
    return { outcomes: [await test("eslint", () => script("eslint/bin/eslint.js", ["--max-warnings", "0", "."]))] };
  },
};
