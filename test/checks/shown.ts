import * as assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Outcome } from "../runner/results.ts";
import { root } from "../runner/runtimes.ts";
import { script, test } from "./check.ts";

const folder = "test/types/shown";

/** The exported declarations, however their lines are broken. */
const tidy = (text: string): string[] =>
  text
    .replaceAll('import("aiodag").', "")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/\( /g, "(")
    .replaceAll(/ \)/g, ")")
    .replaceAll(/; \}/g, " }")
    .split(/ ?(?=export )/)
    .map((declaration) => declaration.trim())
    .filter((declaration) => declaration.startsWith("export declare"));

/** What an editor shows of tasks: the declarations that a compiler makes of test/types/shown/shown.ts. */
export function shown(compiler: string, path: string): Promise<Outcome> {
  return test(`${compiler}: ${folder}`, async () => {
    const out = mkdtempSync(join(tmpdir(), "aiodag-"));
    try {
      await script(path, ["-p", folder, "--outDir", out, "--pretty", "false"]);
      const declarations = readFileSync(join(out, folder, "shown.d.ts"), "utf8");
      assert.deepEqual(tidy(declarations), tidy(readFileSync(`${root}${folder}/expected.txt`, "utf8")));
    } finally {
      rmSync(out, { recursive: true });
    }
  });
}
