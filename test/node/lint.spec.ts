// The configuration that the README gives for ESLint, in a project that has the library installed.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { ESLint } from "eslint";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { extract } from "../docs/extract.ts";
import { root } from "../runner/runtimes.ts";
import { subject } from "../support/runtime.ts";

const test = suite<{ project: string }>("linting");

const config = extract("README.md").find(({ code }) => code.includes("no-floating-promises"))!.code;
const option = /\{ allowForKnownSafePromises: .* \},\n/;
const fixture = readFileSync(`${root}test/fixtures/lint/floating.ts`, "utf8");

test.before((context) => {
  const project = (context.project = realpathSync(mkdtempSync(`${tmpdir()}/aiodag-lint-`)));
  mkdirSync(`${project}/node_modules/aiodag`, { recursive: true });
  for (const name of ["eslint", "typescript-eslint", "typescript"]) {
    symlinkSync(`${root}node_modules/${name}`, `${project}/node_modules/${name}`, "junction");
  }
  for (const path of ["package.json", "dist"]) {
    cpSync(root + path, `${project}/node_modules/aiodag/${path}`, { recursive: true });
  }
  writeFileSync(`${project}/package.json`, JSON.stringify({ type: "module" }));
  writeFileSync(`${project}/tsconfig.json`, JSON.stringify({ compilerOptions: { strict: true, module: "nodenext", types: [] } }));
  writeFileSync(`${project}/floating.ts`, fixture);
});

test.after(({ project }) => rmSync(project, { recursive: true }));

/** The lines of the fixture of which `holds` is true. */
const linesWhere = (holds: (text: string) => boolean): number[] =>
  fixture.split("\n").flatMap((text, index) => (holds(text) ? [index + 1] : []));

/** The lines of the fixture in which a promise is said to float, by a configuration. */
async function floating(project: string, name: string, text: string): Promise<number[]> {
  // Each in a file of its own, since a module that was imported is not read again.
  writeFileSync(`${project}/${name}`, text);
  const [result] = await new ESLint({ cwd: project, overrideConfigFile: `${project}/${name}` }).lintFiles("floating.ts");
  assert.is(result!.fatalErrorCount, 0);
  return result!.messages
    .filter(({ ruleId }) => ruleId === "@typescript-eslint/no-floating-promises")
    .map(({ line }) => line);
}

test("the README's configuration has the option", () => assert.match(config, option));

// The types are those of dist, whatever is under test.
if (subject() === "dist") {
  test("by the README's configuration handles may float, and other promises may not", async ({ project }) => {
    const reported = linesWhere((text) => text.endsWith("// reported"));
    assert.equal(await floating(project, "eslint.config.js", config), reported);
  });

  test("without its option handles are reported too", async ({ project }) => {
    const calls = linesWhere((text) => /^(?!const)\w.*\);/.test(text));
    assert.equal(await floating(project, "strict.config.js", config.replace(option, "")), calls);
  });
}

test.run();
