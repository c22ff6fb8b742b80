import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import nodeResolve from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";
import typescript from "@rollup/plugin-typescript";
import { dts } from "rollup-plugin-dts";
import entries from "./scripts/entries.mjs";
import { licences } from "./scripts/licences.mjs";

const root = fileURLToPath(new URL(".", import.meta.url));

/**
 * Built entries import each other, above all the core, from beside them: so all of them share one engine.
 *
 * @param {string} file the entry that is built
 * @param {Set<string>} core the modules of the core: filled when that is built, which is first
 * @returns {import("rollup").Plugin}
 */
function otherEntries(file, core) {
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
      for (const output of Object.values(bundle)) {
        if (output.type !== "chunk") continue;
        const modules = output.moduleIds.filter((id) => output.modules[id].renderedLength > 0);
        if (file === "mod") modules.forEach((id) => core.add(id));
        const twice = file !== "mod" && modules.find((id) => core.has(id));
        if (twice) this.error(`Cannot build ${output.fileName} with ${twice} in it, which mod.js holds: expected an import of ./mod.js`);
      }
    },
  };
}

// One check covers all of the program, so only the first entry pays for it.
const compile = (file) =>
  typescript({
    noEmitOnError: true,
    compilerOptions: { noEmit: false, declaration: false, isolatedDeclarations: false, noCheck: file !== "mod" },
  });

/**
 * `Symbol.dispose` came to TypeScript's libraries after ES2022, with a reference that rollup-plugin-dts drops: with it,
 * declarations compile whatever `lib` a user has.
 *
 * @type {import("rollup").Plugin}
 */
const disposable = {
  name: "disposable",
  renderChunk: (declarations) => (declarations.includes("Symbol.dispose") ? `/// <reference lib="esnext.disposable" />\n${declarations}` : null),
};

/**
 * Names that no user meets, and what they are in all minified entries that read them. Any letters will do; with these,
 * brotli makes least of it.
 */
const short = {
  definition: "s",
  extra: "e",
  slots: "o",
  controller: "h",
  gone: "n",
  cancellation: "l",
  isList: "m",
  carry: "i",
  takeOver: "r",
  announce: "c",
  definitionOf: "f",
  dependents: "t",
  turn: "v",
};

/** @returns {import("@rollup/plugin-terser").Options} */
function minified(file) {
  const compress = { passes: 3, unsafe_arrows: true };
  // The core has no getter of a side effect, and compares nothing but numbers.
  if (file === "mod") Object.assign(compress, { pure_getters: true, unsafe_comps: true });
  // Consoles and debuggers show what a handle is by its class's name.
  const mangle = { reserved: ["Task"] };
  const options = { module: true, ecma: 2022, compress, mangle };
  if (file !== "mod" && file !== "trace") return options;
  const names = Object.entries(short).map(([name, letter]) => [`$${name}`, letter]);
  return {
    ...options,
    mangle: { ...mangle, properties: { regex: new RegExp(`^(${Object.keys(short).join("|")})$`) } },
    nameCache: { props: { props: Object.fromEntries(names) } },
  };
}

/** @type {Set<string>} */
const code = new Set();
/** @type {Set<string>} */
const types = new Set();

/** @returns {import("rollup").RollupOptions[]} */
function build({ file }) {
  const input = `${file}.ts`;
  /** @type {import("rollup").OutputOptions} */
  const output = { dir: "dist", format: "es", makeAbsoluteExternalsRelative: false };
  return [
    {
      input,
      plugins: [otherEntries(file, code), nodeResolve(), licences(), compile(file)],
      output: [
        { ...output, sourcemap: true },
        {
          ...output,
          sourcemap: true,
          entryFileNames: "[name].min.js",
          paths: (id) => id.replace(/\.js$/, ".min.js"),
          plugins: [terser(minified(file))],
        },
      ],
    },
    { input, plugins: [otherEntries(file, types), dts(), disposable], output },
  ];
}

export default entries.flatMap(build);
