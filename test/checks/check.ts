/** What is tested once, outside of the specs: types, style, size, package, documents, the runner itself. */
import { execFile } from "node:child_process";
import { failure, type Outcome } from "../runner/results.ts";
import { root } from "../runner/runtimes.ts";

export interface Check {
  id: string;
  run: () => Promise<{ outcomes: Outcome[]; note?: string }>;
}

/** One test: passed unless `body` throws. */
export async function test(name: string, body: () => unknown): Promise<Outcome> {
  try {
    await body();
    return { file: name, passed: 1, failed: 0, problems: [] };
  } catch (error) {
    return failure(name, error instanceof Error ? error.message : String(error));
  }
}

/** Runs a program in the project's root; throws what it printed if it fails. */
export function command(file: string, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      file,
      args,
      { cwd: root, env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined }, maxBuffer: 1e8 },
      (error, stdout, stderr) => {
        const said = `${stdout}${stderr}`.trim();
        if (error) reject(new Error(said || error.message));
        else resolve(said);
      },
    );
  });
}

/** Runs a script of an installed package. */
export const script = (path: string, args: string[]): Promise<string> =>
  command(process.execPath, [`node_modules/${path}`, ...args]);
