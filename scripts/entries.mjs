import { readFileSync } from "node:fs";

const { exports } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

/**
 * What the package exports: one for each key of `exports` in package.json that has types. `file` is the name of
 * its source and of what is built of it, without extension.
 *
 * @type {{ key: string, file: string }[]}
 */
const entries = [];

for (const [key, { default: built }] of Object.entries(exports)) {
  if (built) entries.push({ key, file: built.replace("./dist/", "").replace(".js", "") });
}

export default entries;
