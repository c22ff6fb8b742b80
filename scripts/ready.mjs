// Makes a clone ready to run, with nothing but Node: installs what is missing, builds what is stale.
import { spawnSync } from "node:child_process";
import { readdirSync, statSync, utimesSync } from "node:fs";
import { fileURLToPath } from "node:url";
import entries from "./entries.mjs";
import { install } from "./install.mjs";

const root = new URL("../", import.meta.url);

/**
 * When a file, or the last of a folder's files, was changed; 0 for what is not there.
 *
 * @param {string} path
 * @returns {number}
 */
function changed(path) {
  const url = new URL(path, root);
  const stat = statSync(url, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) return stat?.mtimeMs ?? 0;
  return Math.max(stat.mtimeMs, ...readdirSync(url).map((name) => changed(`${path}/${name}`)));
}

install(root, "packages");

const sources = ["src", "package.json", "tsconfig.json", "rollup.config.mjs", "scripts", ...entries.map(({ file }) => `${file}.ts`)];
const built = entries.flatMap(({ file }) => ["d.ts", "js", "min.js"].map((ending) => `dist/${file}.${ending}`));

if (Math.max(...sources.map(changed)) > Math.min(...built.map(changed))) {
  console.log("Building…");
  const started = new Date();
  const rollup = fileURLToPath(new URL("node_modules/rollup/dist/bin/rollup", root));
  const { status } = spawnSync(process.execPath, [rollup, "-c", "--silent"], { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) process.exit(1);
  // What was changed meanwhile may not be in it.
  for (const path of built) utimesSync(new URL(path, root), started, started);
}
