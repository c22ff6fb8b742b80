import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** @param {URL} url */
const read = (url) => JSON.parse(readFileSync(url, "utf8")).packages;

/**
 * Whether node_modules holds what the lock file asks for. Of optional packages a system has only its own.
 *
 * @param {URL} folder
 */
function isInstalled(folder) {
  const wanted = read(new URL("package-lock.json", folder));
  let found;
  try {
    found = read(new URL("node_modules/.package-lock.json", folder));
  } catch {
    return false;
  }
  for (const [path, { version, optional }] of Object.entries(wanted)) {
    if (path && !optional && found[path]?.version !== version) return false;
  }
  for (const [path, { version }] of Object.entries(found)) {
    if (wanted[path]?.version !== version) return false;
  }
  return true;
}

/**
 * Installs the packages of a folder that has a lock file, if they are not there yet.
 *
 * @param {URL} folder ends with a slash
 * @param {string} what said while it takes its time
 */
export function install(folder, what) {
  if (isInstalled(folder)) return;
  console.log(`Installing ${what}…`);
  const { status } = spawnSync("npm", ["ci", "--loglevel=error"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32",
  });
  if (status !== 0) {
    console.error(`Could not install ${what}: npm ci failed with exit code ${status}`);
    process.exit(1);
  }
}
