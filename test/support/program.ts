/** Programs that a spec runs in a process of their own, for what only the end of a process shows. */
import { spawn } from "node:child_process";
import { entryUrl, runtime } from "./runtime.ts";

export interface Ending {
  code: number | null;
  /** The lines of the standard output. */
  lines: string[];
  /** The standard error output. */
  complaint: string;
}

const evaluate: Record<string, string[]> = {
  node: ["--import", "tsx", "--input-type=module", "--eval"],
  deno: ["eval", "--no-lock", "--ext=ts"],
  bun: ["--eval"],
};

/** Runs a program, in which the library under test is imported as `aiodag`, in the runtime of the spec. */
export function runProgram(source: string, ...flags: string[]): Promise<Ending> {
  const program = `const aiodag = await import(${JSON.stringify(entryUrl("mod"))}); const { all, task } = aiodag;\n${source}`;
  const [command, ...rest] = evaluate[runtime] as [string, ...string[]];
  const child = spawn(process.execPath, [...(runtime === "deno" ? [command, ...flags] : [...flags, command]), ...rest, program], {
    cwd: new URL("../..", import.meta.url),
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined, DENO_NO_UPDATE_CHECK: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let complaint = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  // A program that hangs is ended by the signal, and has no exit code.
  const timer = setTimeout(() => child.kill("SIGKILL"), 120_000);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code, lines: output.split("\n").filter((line) => line !== ""), complaint });
    });
  });
}
