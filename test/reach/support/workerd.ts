// Cloudflare's workerd, with one worker on loopback.
import { join } from "node:path";
import { eventually, folder, freePort, run, start, stop, tools } from "./ground.ts";

export interface Workerd {
  origin: string;
  /** What it has printed: errors that no request tells of. */
  said(): string;
  close(): Promise<void>;
}

export interface WorkerdOptions {
  flags?: string[];
  /** A compatibility date. */
  date?: string;
  /** Compatibility flags. */
  compatibility?: string[];
}

export const latestDate = "2026-10-01";

const binary = join(tools, `@cloudflare/workerd-${process.platform}-${process.arch === "x64" ? "64" : process.arch}/bin/workerd`);

const list = (values: string[]): string => `[${values.map((value) => JSON.stringify(value)).join(", ")}]`;

/** `modules` are the worker's, by name; the first is its main one. */
export async function openWorkerd(modules: Record<string, string>, { flags = [], date = latestDate, compatibility = [] }: WorkerdOptions = {}): Promise<Workerd> {
  const port = await freePort();
  const embedded = Object.keys(modules).map((name) => `(name = ${JSON.stringify(name)}, esModule = embed ${JSON.stringify(`files/${name}`)})`);
  const config = `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  v8Flags = ${list(flags)},
  services = [(name = "main", worker = .w)],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")]
);
const w :Workerd.Worker = (
  modules = [${embedded.join(", ")}],
  compatibilityDate = ${JSON.stringify(date)},
  compatibilityFlags = ${list(compatibility)}
);
`;
  const files = Object.entries(modules).map(([name, text]) => [`files/${name}`, text] as const);
  const place = folder({ ...Object.fromEntries(files), "config.capnp": config });
  const child = start(binary, ["serve", "config.capnp"], { cwd: place, group: true });
  let said = "";
  for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding("utf8").on("data", (text: string) => (said = (said + text).slice(-4000)));
  const origin = `http://127.0.0.1:${port}/`;
  const { connect } = await import("node:net");
  await eventually(
    () =>
      new Promise<true | undefined>((resolve) => {
        const socket = connect(port, "127.0.0.1", () => {
          socket.destroy();
          resolve(true);
        });
        socket.on("error", () => resolve(undefined));
      }),
    `workerd did not start: ${said}`,
    20,
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${said}`);
  });
  return { origin, said: () => (said ? `\n${said}` : ""), close: () => stop(child) };
}

export async function workerdVersion(): Promise<string> {
  return (await run(binary, ["--version"])).trim().replace("workerd ", "");
}
