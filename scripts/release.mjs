// `npm run release`: publishes the version in package.json to npm, with provenance, and to JSR. See docs/releasing.md.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));

/**
 * What keeps a version from being published, one sentence each.
 *
 * @param {{ version: string, repository?: unknown }} metadata package.json
 * @param {{ changelog: string, changes: string, tags: string[], env: Record<string, string | undefined> }} state
 *   `changes` is what git status prints, `tags` are those of the commit that is checked out
 */
export function problems({ version, repository }, { changelog, changes, tags, env }) {
  const found = [];
  const [, heading] = /^## (.*)$/m.exec(changelog) ?? [];
  const dated = new RegExp(`^${version.replaceAll(".", "\\.")} \\(\\d{4}-\\d\\d-\\d\\d\\)$`);
  if (!dated.test(heading ?? "")) {
    found.push(`CHANGELOG.md begins with "${heading ?? ""}": expected "${version} (the day as YYYY-MM-DD)"`);
  }
  if (changes) found.push(`The working tree has changes that are not committed:\n${changes}`);
  if (!tags.includes(`v${version}`)) found.push(`The commit has no tag v${version}: expected that of package.json's version`);
  if (!repository) found.push("package.json has no `repository`: npm's provenance names the place that a package was built from");
  if (!env["ACTIONS_ID_TOKEN_REQUEST_URL"] && !env["SIGSTORE_ID_TOKEN"]) {
    found.push("There is no identity to sign with: provenance is for a CI job that is given one (in GitHub Actions `id-token: write`)");
  }
  return found;
}

/** @param {string[]} args */
function git(...args) {
  return spawnSync("git", args, { cwd: root, encoding: "utf8" }).stdout?.trim() ?? "";
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function run(command, args) {
  console.log(`\n> ${[command, ...args].join(" ")}`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
  if (status !== 0) {
    console.error(`Could not release: ${command} ${args[0]} failed with exit code ${status}`);
    process.exit(1);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const isDry = process.argv.includes("--dry-run");
  const metadata = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
  const found = problems(metadata, {
    changelog: readFileSync(`${root}CHANGELOG.md`, "utf8"),
    changes: git("status", "--porcelain"),
    tags: git("tag", "--points-at", "HEAD").split("\n"),
    env: process.env,
  });
  for (const problem of found) console.error(`Cannot release ${metadata.version}: ${problem}`);
  if (found.length > 0 && !isDry) process.exit(1);

  const { name, version } = metadata;
  const { stdout } = spawnSync("npm", ["view", `${name}@${version}`, "version"], { cwd: root, encoding: "utf8", shell: process.platform === "win32" });
  if (stdout.trim() === version) console.log(`npm has ${name} ${version} already`);
  else run("npm", ["publish", "--access", "public", isDry ? "--dry-run" : "--provenance"]);
  // What JSR has already it leaves alone by itself.
  const deno = process.env["DENO"] ?? fileURLToPath(new URL("../test/runtimes/node_modules/deno-linux-x64/deno", import.meta.url));
  run(deno, ["publish", "--no-lock", "--set-version", version, ...(isDry ? ["--dry-run", "--allow-dirty"] : [])]);
}
