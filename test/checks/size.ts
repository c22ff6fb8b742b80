import { readFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";
import { root } from "../runner/runtimes.ts";
import { test, type Check } from "./check.ts";

/** Bytes that an entry may have, minified and compressed with brotli. */
const budgets = { mod: 3800, draw: 31_500, view: 15_000 };

export const size: Check = {
  id: "size",
  async run() {
    const outcomes = [];
    const notes: string[] = [];
    for (const [entry, budget] of Object.entries(budgets)) {
      // A browser asks for the source map only when someone looks for it.
      const code = readFileSync(`${root}dist/${entry}.min.js`, "utf8").replace(/\n\/\/# sourceMappingURL=.*\n?$/, "");
      const bytes = brotliCompressSync(code).length;
      notes.push(`${entry}: ${bytes} of ${budget} bytes`);
      outcomes.push(
        await test(`dist/${entry}.min.js`, () => {
          if (bytes > budget) throw new Error(`${bytes} bytes are over the budget of ${budget}`);
        }),
      );
    }
    return { outcomes, note: notes.join(", ") };
  },
};
