// Specs as one module each, for places that cannot import by address: workers of all kinds.
// The library is no part of it: what is tested is the file as it was built.
import { readFileSync } from "node:fs";
import { build } from "esbuild";
import { root } from "../../runner/runtimes.ts";
import type { Subject } from "../../support/runtime.ts";

const built = (entry: string, subject: Subject): string => `${entry}.${subject === "min" ? "min.js" : "js"}`;

/** A spec and the harness; the module exports `start(plan)`. `address` is where the built files are found from it. */
export async function bundleSpec(file: string, subject: Subject, address: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { run } from "./test/runner/harness.ts";
        export const start = (plan) => run(plan, () => import(${JSON.stringify(`./${file}`)}));`,
      resolveDir: root,
    },
    bundle: true,
    format: "esm",
    write: false,
    logLevel: "silent",
    target: "es2022",
    keepNames: true,
    external: [`${address}*`],
    plugins: [
      {
        name: "library",
        setup({ onLoad }) {
          onLoad({ filter: /\/test\/.*\.ts$/ }, ({ path }) => {
            const imports: string[] = [];
            const contents = readFileSync(path, "utf8")
              .replaceAll(/await import\(entryUrl\("(\w+)"(, secondSubject)?\)\)/g, (_, entry: string, second?: string) => {
                const name = `built_${imports.length}`;
                const file = built(entry, second ? (subject === "dist" ? "min" : "dist") : subject);
                imports.push(`import * as ${name} from ${JSON.stringify(address + file)};`);
                return name;
              })
              // Of two ways to compile decorators each has two files: all four are taken in.
              .replaceAll(/await import\(new URL\((`\.\/fixtures\/[^`]+`), import\.meta\.url\)\.href\)/g, "await import($1)")
              .replaceAll("import.meta.url", JSON.stringify("https://specs.test/test/specs.js"));
            return { contents: imports.join("") + contents, loader: "ts" };
          });
        },
      },
    ],
  });
  return outputFiles[0]!.text;
}

/** Names of the built files that a bundle may import. */
export const libraryFiles = (entries: string[]): string[] =>
  entries.flatMap((entry) => [built(entry, "dist"), built(entry, "min")]);
