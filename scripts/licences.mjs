import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * The folder of the package that a file belongs to; nothing, for one of the project's own.
 *
 * @param {string} file
 */
function packageOf(file) {
  if (!file.includes("node_modules")) return undefined;
  let folder = dirname(file);
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
}

/**
 * Puts the licences of the packages that a built file contains at its top, where minifying leaves them.
 *
 * @returns {import("rollup").Plugin}
 */
export function licences() {
  return {
    name: "licences",
    banner({ moduleIds }) {
      const folders = new Set(moduleIds.map(packageOf).filter((folder) => folder !== undefined));
      const texts = Array.from(folders, (folder) => {
        const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
        const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
        if (file === undefined) throw new Error(`Cannot bundle ${name}: expected a licence file in its package`);
        const text = readFileSync(join(folder, file), "utf8").trim().replaceAll("*/", "* /");
        return `${name} ${version} (${license})\n\n${text}`;
      });
      return texts.length === 0 ? "" : `/*!\nThis file contains:\n\n${texts.sort().join("\n\n")}\n*/`;
    },
  };
}
