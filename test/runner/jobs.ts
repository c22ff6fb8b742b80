/** Runs what a suite consists of, and tells how far it is. */
import { closing, line, row, type Result } from "./report.ts";
import { failure, type Outcome } from "./results.ts";

/** One runtime on one subject, say, or one check: a part of a group. */
export interface Job {
  group: string;
  part: string;
  run(): Promise<{ outcomes: Outcome[]; note?: string }>;
}

/** Runs jobs, two at a time, and prints what comes of them; says whether all is well. `started` is the suite's begin. */
export async function runJobs(jobs: Job[], started: number): Promise<boolean> {
  const results: Result[] = [];
  const running = new Set<string>();
  const seconds = (since: number): number => (performance.now() - since) / 1000;

  async function run({ group, part, run }: Job): Promise<void> {
    const start = performance.now();
    const name = `${group} · ${part}`;
    running.add(name);
    const { outcomes, note } = await run().catch((error: unknown) => ({
      outcomes: [failure(part, error instanceof Error ? (error.stack ?? error.message) : String(error))],
      note: undefined,
    }));
    const result = { group, part, seconds: seconds(start), outcomes, note };
    results.push(result);
    running.delete(name);
    console.log(line(result));
  }

  const queue = [...jobs];

  async function work(): Promise<void> {
    for (let job = queue.shift(); job; job = queue.shift()) await run(job);
  }

  const progress = setInterval(() => {
    console.log(`… ${seconds(started).toFixed(0)} s, ${results.length} of ${jobs.length} parts done; running: ${[...running].join(", ")}`);
  }, 30_000);
  await Promise.all([work(), work()]);
  clearInterval(progress);

  console.log();
  for (const group of new Set(jobs.map((job) => job.group))) {
    console.log(row(group, results.filter((result) => result.group === group)));
  }
  console.log(`\n${seconds(started).toFixed(0)} seconds\n`);
  const { text, ok } = closing(results);
  console.log(text);
  return ok;
}
