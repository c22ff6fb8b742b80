// What the suite stands on: folders outside of the source tree, and programs that run in them.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the tools of this suite are installed. */
export const tools = fileURLToPath(new URL("../node_modules/", import.meta.url));

const base = mkdtempSync(join(tmpdir(), "aiodag-reach-"));

const children = new Set<ChildProcess>();

process.on("exit", () => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(base, { recursive: true, force: true, maxRetries: 3 });
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(1));

/** A new folder with the files that are given, by path. */
export function folder(files: Record<string, string> = {}): string {
  const made = mkdtempSync(join(base, "project-"));
  write(made, files);
  return made;
}

export function write(into: string, files: Record<string, string>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(into, path)), { recursive: true });
    writeFileSync(join(into, path), text);
  }
}

/** The environment without what npm tells its scripts, and with a home of its own: no setting of this machine counts. */
export function environment(extra: Record<string, string | undefined> = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(npm_|NPM_|FORCE_COLOR|NODE_OPTIONS|CI$)/.test(name));
  return {
    ...Object.fromEntries(own),
    HOME: base,
    XDG_CACHE_HOME: join(base, "cache"),
    DENO_DIR: join(base, "deno"),
    DENO_NO_UPDATE_CHECK: "1",
    BUN_INSTALL_CACHE_DIR: join(base, "bun"),
    NO_COLOR: "1",
    ...extra,
  };
}

export interface Settings {
  cwd?: string;
  env?: Record<string, string | undefined>;
  /** Seconds after which the program is ended, and has failed. */
  limit?: number;
  /** It gets a process group of its own, which is for its starter to end. */
  group?: boolean;
  /** An exit code other than 0 is what is expected. */
  fails?: boolean;
}

/** Runs a program to its end and gives back what it printed; throws it if the program failed. */
export function run(file: string, args: string[], { cwd = base, env, limit = 120, fails = false }: Settings = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = start(file, args, { cwd, ...(env && { env }) });
    let said = "";
    const timer = setTimeout(() => {
      said += `\nno end after ${limit} seconds`;
      child.kill("SIGKILL");
    }, limit * 1000);
    for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding("utf8").on("data", (text: string) => (said += text));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      if ((code === 0) === fails || signal) reject(new Error(`${said.trim()}\n(${[file.split("/").pop(), ...args].join(" ").slice(0, 300)}: exit code ${String(signal ?? code)})`));
      else resolve(said);
    });
  });
}

/** Starts a program that is ended with the suite, if not before. */
export function start(file: string, args: string[], { cwd = base, env, group = false }: Settings = {}): ChildProcess {
  const child = spawn(file, args, { cwd, env: environment(env), stdio: ["ignore", "pipe", "pipe"], detached: group });
  for (const stream of [child.stdout, child.stderr]) stream?.resume();
  children.add(child);
  child.on("close", () => children.delete(child));
  return child;
}

/** Ends a program, and waits until it has. */
export function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else {
      child.on("close", () => resolve());
      child.kill("SIGKILL");
    }
  });
}

/** What an asynchronous look gives once it is something; it is taken again and again until then. */
export async function eventually<T>(look: () => Promise<T | undefined>, what: string, seconds = 60): Promise<T> {
  const end = performance.now() + seconds * 1000;
  let last = "";
  while (performance.now() < end) {
    try {
      const seen = await look();
      if (seen !== undefined) return seen;
    } catch (error) {
      last = String(error);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what} within ${seconds} seconds${last && `: ${last}`}`);
}

/** A free port on loopback. */
export async function freePort(): Promise<number> {
  const { createServer } = await import("node:net");
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
