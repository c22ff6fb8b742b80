// A registry on loopback that knows one package: what `npm pack` makes of this project.
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { locate, programs, root } from "../../runner/runtimes.ts";
import { eventually, folder, freePort, run, start, tools } from "./ground.ts";

export interface Entry {
  /** As in `exports` of package.json: ".", "./trace", … */
  key: string;
  /** What a program imports: "aiodag", "aiodag/trace", … */
  name: string;
  types: string;
  default: string;
}

export interface Metadata {
  name: string;
  version: string;
  license: string;
  engines: { node: string };
  files: string[];
  exports: Record<string, string | { types: string; default: string }>;
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  scripts: Record<string, string>;
  devDependencies: Record<string, string>;
}

export const metadata = JSON.parse(readFileSync(`${root}package.json`, "utf8")) as Metadata;

export const entries: Entry[] = Object.entries(metadata.exports).flatMap(([key, target]) =>
  typeof target === "string" ? [] : [{ key, name: metadata.name + key.slice(1), ...target }],
);

export const program = (id: string): string => locate(programs.find((one) => one.id === id)!);

/** npm's own program, run by any Node. */
export const npm = process.env["npm_execpath"] ?? join(dirname(process.execPath), "../lib/node_modules/npm/bin/npm-cli.js");

export interface Registry {
  origin: string;
  /** The file that was published. */
  tarball: string;
  /** The paths of the files in it, in order. */
  files: string[];
  /** A folder with the files in it. */
  unpacked: string;
  /** Settings that make package managers in a folder use this registry and no other. */
  settings: Record<string, string>;
  env: Record<string, string>;
}

const configuration = (port: number, storage: string): string => `
storage: ${storage}
listen: http://127.0.0.1:${port}
uplinks: {}
packages:
  "**":
    access: $all
    publish: $all
auth:
  htpasswd:
    file: ${storage}/htpasswd
log: { type: stdout, format: pretty, level: warn }
`;

/** The npm package's tarball, and nothing but what is in it. */
async function pack(): Promise<Pick<Registry, "tarball" | "files" | "unpacked">> {
  const packed = folder();
  await run(process.execPath, [npm, "pack", "--ignore-scripts", "--pack-destination", packed], { cwd: root });
  const tarball = join(packed, readdirSync(packed)[0]!);
  const list = await run("tar", ["-tzf", tarball]);
  const files = list.trim().split("\n").map((path) => path.replace(/^package\//, "")).sort();
  const unpacked = folder();
  await run("tar", ["-xzf", tarball, "-C", unpacked, "--strip-components=1"]);
  return { tarball, files, unpacked };
}

export async function openRegistry(): Promise<Registry> {
  const packed = await pack();
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}/`;
  const storage = folder();
  const place = folder({ "config.yaml": configuration(port, storage) });
  start(program("node24"), [join(tools, "verdaccio/bin/verdaccio"), "--config", join(place, "config.yaml")]);
  await eventually(async () => ((await fetch(`${origin}-/ping`)).ok ? true : undefined), "The registry did not answer");
  const settings = { ".npmrc": `registry=${origin}\n//127.0.0.1:${port}/:_authToken=token\n` };
  await run(process.execPath, [npm, "publish", packed.tarball, "--ignore-scripts"], { cwd: folder(settings) });
  const env = { NPM_CONFIG_REGISTRY: origin, BUN_CONFIG_REGISTRY: origin };
  return { origin, settings, env, ...packed };
}

/** A folder in which the package is installed, by npm in the Node that runs this. */
export async function project(registry: Registry, files: Record<string, string> = {}): Promise<string> {
  const made = folder({ "package.json": '{ "private": true, "type": "module" }', ...registry.settings, ...files });
  await run(process.execPath, [npm, "i", metadata.name, "--no-audit", "--no-fund"], { cwd: made });
  return made;
}

export const fileName = (path: string): string => basename(path).replace(/\.(d\.ts|js)$/, "");
