// That a release goes out whole or not at all.
import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "../checks/check.ts";
import { root } from "../runner/runtimes.ts";
import { problems } from "../../scripts/release.mjs";
import type { Stage } from "./stage.ts";
import { run } from "./support/ground.ts";
import { metadata, npm, program, type Registry } from "./support/registry.ts";

const ready = { changelog: "# Changelog\n\n## 1.2.3 (2027-01-31)\n\nText.\n\n## 1.2.2 (2027-01-01)\n", changes: "", tags: ["v1.2.3"], env: { ACTIONS_ID_TOKEN_REQUEST_URL: "https://ci.test" } };

const version = { version: "1.2.3", repository: { url: "https://code.test" } };

const wrong: Record<string, [found: string[], says: RegExp]> = {
  "a changelog without the version": [problems(version, { ...ready, changelog: "# Changelog\n\n## 1.2.2 (2027-01-01)\n" }), /begins with "1\.2\.2/],
  "a changelog without the day": [problems(version, { ...ready, changelog: "## 1.2.3 (unreleased)\n" }), /the day as/],
  "changes that are not committed": [problems(version, { ...ready, changes: " M mod.ts" }), /not committed/],
  "a commit without the tag": [problems(version, { ...ready, tags: ["v1.2.2"] }), /no tag v1\.2\.3/],
  "no repository": [problems({ version: "1.2.3" }, ready), /no `repository`/],
  "no identity to sign with": [problems(version, { ...ready, env: {} }), /no identity/],
};

const files = (folder: string): Promise<string> => run("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: folder });

export const releasing: Stage = {
  id: "releasing",
  jobs: (registry: Registry) => [
    {
      group: "Releasing",
      part: "scripts/release.mjs",
      async run() {
        const outcomes = [
          await test("a release that is ready has no problem", () => assert.deepEqual(problems(version, ready), [])),
        ];
        for (const [name, [found, says]] of Object.entries(wrong)) {
          outcomes.push(
            await test(`it stops at ${name}`, () => {
              assert.equal(found.length, 1, found.join("\n"));
              assert.match(found[0]!, says);
            }),
          );
        }
        outcomes.push(
          await test("without what it needs it publishes nothing, and says why", async () => {
            const env = { ...registry.env, ACTIONS_ID_TOKEN_REQUEST_URL: undefined, SIGSTORE_ID_TOKEN: undefined };
            const said = await run(process.execPath, ["scripts/release.mjs"], { cwd: root, env, fails: true });
            assert.match(said, /Cannot release .*no identity/);
            assert.doesNotMatch(said, /^> /m);
          }),
          await test("--dry-run goes through both registries' commands, and tells JSR the version", async () => {
            const env = { ...registry.env, DENO: program("deno") };
            const said = await run(process.execPath, ["scripts/release.mjs", "--dry-run"], { cwd: root, env, limit: 200 });
            assert.match(said, new RegExp(`npm has ${metadata.name} ${metadata.version.replaceAll(".", "\\.")} already`));
            assert.match(said, new RegExp(`publish --no-lock --set-version ${metadata.version.replaceAll(".", "\\.")}`));
            assert.match(said, /Dry run complete/);
          }),
          await test("a version that npm does not have is published to it", async () => {
            const env = { npm_config_registry: registry.origin };
            const said = await run(process.execPath, [npm, "publish", "--dry-run", "--ignore-scripts", "--tag", "next", "--access", "public"], {
              cwd: await copyWithVersion(registry, "99.0.0"),
              env,
            });
            assert.match(said, /aiodag@99\.0\.0/);
          }),
          await test("the version stands in one place: package.json, which the lock file follows", async () => {
            const all = (await files(root)).trim().split("\n");
            const own = all.filter((path) => /^(src|scripts|examples)\/|^[\w.-]+\.(ts|js|mjs|json)$/.test(path) && path !== "package-lock.json");
            const naming = own.filter((path) => new RegExp(`"${metadata.version.replaceAll(".", "\\.")}"`).test(read(path)));
            assert.deepEqual(naming, ["package.json"]);
            const lock = JSON.parse(read("package-lock.json")) as { version: string; packages: Record<string, { version?: string }> };
            assert.deepEqual([lock.version, lock.packages[""]!.version], [metadata.version, metadata.version]);
          }),
        );
        return { outcomes };
      },
    },
  ],
};

const read = (path: string): string => {
  try {
    return readFileSync(root + path, "utf8");
  } catch {
    return "";
  }
};

async function copyWithVersion(registry: Registry, next: string): Promise<string> {
  const { folder, write } = await import("./support/ground.ts");
  const place = folder();
  await run("cp", ["-r", `${registry.unpacked}/.`, place]);
  const text = readFileSync(`${place}/package.json`, "utf8");
  write(place, { "package.json": text.replace(`"version": "${metadata.version}"`, `"version": "${next}"`) });
  return place;
}
