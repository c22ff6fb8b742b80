// The run of a pipeline in a terminal: what is running now, redrawn as it changes, and at the end the whole of it.
import { writeFileSync } from "node:fs";
import { toHTML } from "aiodag/draw";
import { toWaterfall, trace } from "aiodag/trace";

const { stdout } = process;
// Where the output is no terminal, nothing is redrawn: the lines of finished steps are all there is.
const draw = stdout.isTTY ? (await import("log-update")).default : undefined;

export interface Progress {
  /** Prints a line that stays, above what is redrawn. */
  print: (line: string) => void;
  /** Ends it, prints the waterfall and writes dag.html; `unit` is the length of a unit of time in milliseconds. */
  finish: (unit: number) => void;
}

export function showProgress(): Progress {
  const run = trace();

  const redraw = (): void => {
    const lines = run.tasks.flatMap(({ id, name, status, started }) => {
      if (status === "running") return [`  ${((run.now - started!) / 1000).toFixed(1).padStart(4)} s  ${name} #${id}`];
      return [];
    });
    const waiting = run.tasks.filter(({ status }) => status === "waiting").length;
    draw?.([...lines, waiting > 0 ? `  ${waiting} more are waiting for what they take` : ""].join("\n"));
  };
  // What draws for the first time takes longer, which is not to count either.
  if (draw) redraw();
  const timer = draw && setInterval(redraw, 100);
  // In a timer, once all that is ready has started: drawing holds no step up.
  let soon: ReturnType<typeof setTimeout> | undefined;
  const stop = draw && run.subscribe(() => {
    clearTimeout(soon);
    soon = setTimeout(redraw, 0);
  });

  return {
    print(line) {
      draw?.clear();
      console.log(line);
    },
    finish(unit) {
      run.stop();
      stop?.();
      clearInterval(timer);
      clearTimeout(soon);
      draw?.clear();
      const { makespan, criticalPath } = run.summary();
      const units = (milliseconds: number): number => Number((milliseconds / unit).toFixed(1));
      console.log(`\n${toWaterfall(run, { width: Math.max(40, stdout.columns || 80), color: draw !== undefined && !process.env["NO_COLOR"] })}`);
      console.log(`${units(makespan)} units against a critical path of ${units(criticalPath.length)}`);
      writeFileSync("dag.html", toHTML(run));
      console.log("Wrote dag.html: the same as a page, with the graph");
    },
  };
}
