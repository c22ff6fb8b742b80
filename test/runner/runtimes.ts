// The runtimes that the specs run in: where each is found and how it starts a file.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Runtime } from "../support/runtime.ts";

export const root = fileURLToPath(new URL("../../", import.meta.url));

export interface Program {
  id: string;
  kind: Exclude<Runtime, "browser">;
  /** The binary's path inside its package in test/runtimes/node_modules. */
  binary: string;
  args: string[];
}

const node = (version: number): Program => ({
  id: `node${version}`,
  kind: "node",
  binary: "bin/node",
  args: ["--expose-gc", "--import", "tsx"],
});

export const programs: Program[] = [
  node(20),
  node(22),
  node(24),
  node(26),
  { id: "deno", kind: "deno", binary: "deno", args: ["run", "-A", "--no-lock", "--v8-flags=--expose-gc"] },
  { id: "bun", kind: "bun", binary: "bin/bun", args: [] },
];

/** The path of a program: what $NODE22, $DENO, … names, or what npm installed for this system. */
export function locate({ id, binary }: Program): string {
  const variable = id.toUpperCase();
  const path =
    process.env[variable] ??
    fileURLToPath(
      new URL(`../runtimes/node_modules/${id}-${process.platform}-${process.arch}/${binary}`, import.meta.url),
    );
  if (!existsSync(path)) {
    throw new Error(
      `Cannot run the specs in ${id}: test/runtimes has no ${id} for ${process.platform} on ${process.arch}; set $${variable} to the path of one`,
    );
  }
  return path;
}

/** A program's name and version, as `Node 20.16.0`. */
export function title(program: Program): string {
  const version = /\d+\.\d+\.\d+/.exec(execFileSync(locate(program), ["--version"], { encoding: "utf8" }))?.[0];
  return `${program.kind[0]!.toUpperCase()}${program.kind.slice(1)} ${version ?? ""}`;
}
