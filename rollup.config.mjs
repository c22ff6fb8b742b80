import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import nodeResolve from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";
import { dts } from "rollup-plugin-dts";
import entries from "./scripts/entries.mjs";
import { licences } from "./scripts/licences.mjs";
import { withoutTypes } from "./scripts/types.mjs";

const root = fileURLToPath(new URL(".", import.meta.url));

/**
 * The core is mod.ts and the files of src; a folder in src belongs to another entry.
 *
 * @param {string} id
 */
function isOfCore(id) {
  return id === resolve(root, "mod.ts") || dirname(id) === resolve(root, "src");
}

/**
 * Built entries import each other, above all the core, from beside them: so all of them share one engine.
 *
 * @param {string} file the entry that is built
 * @returns {import("rollup").Plugin}
 */
function otherEntries(file) {
  const built = new Map(entries.map(({ file }) => [resolve(root, file), `./${file}.js`]));
  return {
    name: "other-entries",
    resolveId(source, importer) {
      if (!importer) return null;
      const entry = resolve(importer, "..", source).replace(/\.[jt]s$/, "");
      const id = built.get(entry);
      return id && entry !== resolve(root, file) ? { id, external: "absolute" } : null;
    },
    generateBundle(_, bundle) {
      if (file === "mod") return;
      for (const output of Object.values(bundle)) {
        const twice = output.type === "chunk" && output.moduleIds.find(isOfCore);
        if (twice) this.error(`Cannot build ${output.fileName} with ${twice} in it: expected an import of ./mod.js`);
      }
    },
  };
}

/** @returns {import("rollup").RollupOptions[]} */
function build({ file }) {
  const input = `${file}.ts`;
  /** @type {import("rollup").OutputOptions} */
  const output = { dir: "dist", format: "es", makeAbsoluteExternalsRelative: false };
  return [
    {
      input,
      plugins: [otherEntries(file), nodeResolve(), licences(), withoutTypes()],
      output: [
        { ...output, sourcemap: true },
        {
          ...output,
          sourcemap: true,
          entryFileNames: "[name].min.js",
          paths: (id) => id.replace(/\.js$/, ".min.js"),
          // Consoles and debuggers show what a handle is by its class's name.
          plugins: [terser({ module: true, ecma: 2022, compress: { passes: 3 }, keep_classnames: /^Task$/ })],
        },
      ],
    },
    { input, plugins: [otherEntries(file), dts()], output },
  ];
}

export default entries.flatMap(build);
