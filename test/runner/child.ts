// Runs spec files in a process of Node, Deno or Bun.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { decode, type Plan } from "./protocol.ts";
import { failure, judge, type Outcome, type Progress } from "./results.ts";
import { locate, root, type Program } from "./runtimes.ts";

export interface Limits {
  /** Seconds that the process may take to come to its first file. */
  start: number;
  /** Seconds that one file may take. */
  file: number;
  /** Seconds that the process may take to end after its last file. */
  end: number;
}

export const limits: Limits = { start: 120, file: 240, end: 30 };

/** All files in one process; where a file hangs or kills it, the rest gets another process. */
export async function runInProcess(program: Program, plan: Plan, limit = limits): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  while (outcomes.length < plan.files.length) {
    const files = plan.files.slice(outcomes.length);
    outcomes.push(...(await runOnce(program, { ...plan, files }, limit)));
  }
  return outcomes;
}

async function runOnce(program: Program, plan: Plan, limit: Limits): Promise<Outcome[]> {
  const child = spawn(locate(program), [...program.args, "test/runner/main.ts", JSON.stringify(plan)], {
    cwd: root,
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined, DENO_NO_UPDATE_CHECK: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const files: Progress[] = [];
  let interruption: string | undefined;
  let ended = false as boolean;
  let timer: NodeJS.Timeout | undefined;
  let said = "";

  const limitTo = (seconds: number, problem: string): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      interruption = problem;
      child.kill("SIGKILL");
    }, seconds * 1000);
  };

  const hear = (line: string): void => {
    const event = decode(line);
    const current = files.at(-1);
    if (!event) said = `${said}${line}\n`.slice(-4000);
    else if (event.event === "file") {
      files.push({ file: event.file });
      said = "";
      limitTo(limit.file, `no end after ${limit.file} seconds`);
    } else if (event.event === "test") current!.test = event.test;
    else if (event.event === "done") current!.done = event;
    else {
      ended = true;
      limitTo(limit.end, "the process did not end after the last test: something was left open");
    }
  };
  createInterface(child.stdout).on("line", hear);
  createInterface(child.stderr).on("line", hear);
  limitTo(limit.start, `could not start within ${limit.start} seconds`);

  const code = await new Promise<string>((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (status, signal) => resolve(String(signal ?? status)));
  });
  clearTimeout(timer);

  if (!interruption && (code !== "0" || !ended)) {
    interruption = `the process ended with exit code ${code}${said.trim() && `, having said:\n${said.trim()}\n`}`;
  }
  if (!files.length) return [failure(plan.files[0]!, interruption ?? "the process ran nothing")];
  // What went wrong with the process is put down to the file at which it did.
  return files.map((progress, at) =>
    judge(progress, readFileSync(root + progress.file, "utf8"), at === files.length - 1 ? interruption : undefined),
  );
}
