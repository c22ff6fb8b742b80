import * as assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { preProcessFile } from "typescript";
import { locate, programs, root } from "../runner/runtimes.ts";
import { command, test, type Check } from "./check.ts";

interface Metadata {
  version: string;
  exports: Record<string, string | { types: string; default: string }>;
}

const read = (path: string): string => readFileSync(root + path, "utf8");
const npm = JSON.parse(read("package.json")) as Metadata;
const jsr = JSON.parse(read("deno.json")) as Metadata;

const entries = Object.entries(npm.exports).flatMap(([key, target]) => (typeof target === "string" ? [] : [{ key, ...target }]));

const publish = (): Promise<string> => {
  const deno = programs.find(({ id }) => id === "deno")!;
  return command(locate(deno), ["publish", "--dry-run", "--allow-dirty", "--no-lock"]);
};

/** The package as people get it, from npm and from JSR. */
export const packages: Check = {
  id: "package",
  async run() {
    const outcomes = [
      test("deno.json has package.json's version", () => assert.equal(jsr.version, npm.version)),
      test("deno.json has package.json's entries", () =>
        assert.deepEqual(Object.keys(jsr.exports), entries.map(({ key }) => key))),
      test("every entry was built", () => {
        for (const entry of entries) {
          for (const path of [entry.types, entry.default]) assert.ok(existsSync(root + path), `${path} is missing`);
        }
      }),
      test("the core imports nothing", () => {
        for (const file of ["mod.js", "mod.min.js", "mod.d.ts"]) {
          assert.deepEqual(preProcessFile(read(`dist/${file}`), true, true).importedFiles, [], file);
        }
      }),
      test("lock files name no address", () => {
        for (const file of ["package-lock.json", "test/runtimes/package-lock.json"]) {
          assert.doesNotMatch(read(file), /"resolved": "http/, file);
        }
      }),
      test("deno publish finds no slow type", publish),
    ];
    return { outcomes: await Promise.all(outcomes) };
  },
};
