import * as assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { preProcessFile } from "typescript";
import built from "../../scripts/entries.mjs";
import { locate, programs, root } from "../runner/runtimes.ts";
import { command, test, type Check } from "./check.ts";

interface Metadata {
  version: string;
  peerDependencies?: Record<string, string>;
  exports: Record<string, string | { types: string; default: string }>;
}

const read = (path: string): string => readFileSync(root + path, "utf8");
const npm = JSON.parse(read("package.json")) as Metadata;
const jsr = JSON.parse(read("deno.json")) as Metadata;

const entries = Object.entries(npm.exports).flatMap(([key, target]) => (typeof target === "string" ? [] : [{ key, ...target }]));

const files = built.map(({ file }) => file);
const peers = Object.keys(npm.peerDependencies ?? {});

const publish = (): Promise<string> => {
  const deno = programs.find(({ id }) => id === "deno")!;
  return command(locate(deno), ["publish", "--dry-run", "--allow-dirty", "--no-lock", "--set-version", npm.version]);
};

/** The package as people get it, from npm and from JSR. */
export const packages: Check = {
  id: "package",
  async run() {
    const outcomes = [
      test("the version stands in package.json, and JSR is told it", () => assert.equal(jsr.version, undefined)),
      test("deno.json has package.json's entries", () =>
        assert.deepEqual(Object.keys(jsr.exports), entries.map(({ key }) => key))),
      test("every entry was built, and nothing else", () => {
        const expected = files.flatMap((file) => [".d.ts", ".js", ".js.map", ".min.js", ".min.js.map"].map((ending) => file + ending));
        assert.deepEqual(readdirSync(`${root}dist`).sort(), expected.sort());
        for (const { types, default: code } of entries) {
          for (const path of [types, code]) assert.ok(existsSync(root + path), `${path} is missing`);
        }
      }),
      test("the core imports nothing, and the others nothing of the project but what lies beside them", () => {
        for (const file of files) {
          for (const ending of [".js", ".min.js", ".d.ts"]) {
            const others = files.filter((other) => file !== "mod" && other !== file);
            const beside = others.map((other) => `./${other}${ending === ".d.ts" ? ".js" : ending}`);
            const imported = preProcessFile(read(`dist/${file}${ending}`), true, true).importedFiles.map(({ fileName }) => fileName);
            const wrong = imported.filter((name) => !beside.includes(name) && !peers.includes(name));
            assert.deepEqual(wrong, [], `dist/${file}${ending}`);
          }
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
