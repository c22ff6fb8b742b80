// Serves the project to a browser on loopback: TypeScript as JavaScript, packages as one module each.
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createRequire } from "node:module";
import { extname, join } from "node:path";
import { build, transform, type BuildResult } from "esbuild";
import { root } from "./runtimes.ts";

const { devDependencies } = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as { devDependencies: object };

/** A page may import what the project has for its development, and any path in it. */
const imports = Object.keys(devDependencies).flatMap((name) => [
  [name, `/package/${name}`],
  [`${name}/`, `/package/${name}/`],
]);

const importMap = JSON.stringify({ imports: Object.fromEntries(imports) as unknown });

const target = "chrome120";

const require = createRequire(root);

async function packageModule(name: string): Promise<string> {
  const bundle = (contents: string): Promise<BuildResult<{ metafile: true; write: false }>> =>
    build({
      stdin: { contents: `${contents} import * as all from "${name}"; export default all.default;`, resolveDir: root },
      bundle: true,
      format: "esm",
      metafile: true,
      write: false,
      logLevel: "silent",
      target,
    });
  let result = await bundle(`export * from "${name}";`);
  const { inputs } = result.metafile;
  if (inputs[inputs["<stdin>"]!.imports[0]!.path]?.format === "cjs") {
    // What CommonJS exports is known only when it has run.
    const names = Object.keys(require(name) as object).filter((key) => key !== "default" && /^[\w$]+$/.test(key));
    result = await bundle(`export { ${names.join(", ")} } from "${name}";`);
  }
  return result.outputFiles[0]!.text;
}

async function typescript(path: string): Promise<string> {
  const { code } = await transform(await readFile(path, "utf8"), {
    loader: "ts",
    sourcefile: path,
    sourcemap: "inline",
    // As in Node by tsx: a name that the compiler changed would be one that a spec sees.
    keepNames: true,
    target,
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  });
  return code;
}

const types: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".map": "application/json",
  ".mjs": "text/javascript",
  ".ts": "text/javascript",
};

/** What modules were made of, by path: a run does not change them. */
const modules = new Map<string, Promise<string>>();

function moduleAt(path: string): Promise<string> {
  let text = modules.get(path);
  if (!text) modules.set(path, (text = path.startsWith("/package/") ? packageModule(path.slice(9)) : typescript(join(root, path))));
  return text;
}

async function answer(path: string): Promise<{ body: string | Buffer; type: string }> {
  if (path === "/") {
    const body = (await readFile(new URL("./browser.html", import.meta.url), "utf8")).replace("{}", importMap);
    return { body, type: "text/html" };
  }
  if (path.startsWith("/package/") || path.endsWith(".ts")) return { body: await moduleAt(path), type: "text/javascript" };
  return { body: await readFile(join(root, path)), type: types[extname(path)] ?? "application/octet-stream" };
}

export async function serve(): Promise<{ origin: string; close(): void }> {
  const server: Server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, "http://localhost");
    answer(pathname).then(
      ({ body, type }) => response.writeHead(200, { "content-type": `${type}; charset=utf-8` }).end(body),
      (error: unknown) => response.writeHead(404, { "content-type": "text/plain" }).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
