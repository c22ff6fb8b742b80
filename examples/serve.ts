// Serves the pages of the pipeline and the dashboard, and what they fetch. The browser gets the modules one by one as
// they are in the project: the examples without their types, and the library as it was built. PORT=8080 chooses the
// port.
import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { transform } from "esbuild";
import { answer as answerDashboard } from "./endpoints.ts";
import { answer, listen } from "./server.ts";

const types: Record<string, string> = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".map": "application/json",
  ".ts": "text/javascript",
};

async function javascript(typescript: string): Promise<string> {
  const tsconfigRaw = { compilerOptions: { verbatimModuleSyntax: true } };
  // Without keepNames esbuild calls the function in `const load = task(async function load…)` load2.
  const options = { loader: "ts", target: "es2022", keepNames: true, sourcemap: "inline", tsconfigRaw } as const;
  return (await transform(typescript, options)).code;
}

async function file(pathname: string): Promise<Response> {
  const text = await readFile(new URL(`..${pathname}`, import.meta.url), "utf8").catch(() => undefined);
  if (text === undefined) return new Response(`There is no ${pathname}`, { status: 404 });
  const type = extname(pathname);
  const headers = { "content-type": `${types[type] ?? "text/plain"}; charset=utf-8`, "cache-control": "no-cache" };
  return new Response(type === ".ts" ? await javascript(text) : text, { headers });
}

const server = await listen(async (request) => {
  const { pathname, search } = new URL(request.url);
  if (pathname === "/") return Response.redirect(new URL(`/examples/pipeline.html${search}`, request.url));
  if (/^\/((dist|examples)\/[\w.-]+|src\/observer\.ts)$/.test(pathname)) return file(pathname);
  return (await answerDashboard(request)) ?? answer(request);
}, Number(process.env["PORT"] ?? 0));

console.log(`The pipeline runs in the page at ${server.origin}/`);
console.log(`A dashboard is at ${server.origin}/examples/dashboard.html`);
console.log("Press Ctrl-C to end this.");
