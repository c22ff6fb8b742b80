import { checkRecording } from "./check.ts";
import { describeReason } from "./text.ts";
import type { Recording } from "./types.ts";

/** JSON that can stand in a script element and be printed to a terminal. */
export function safeJSON(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(
    /[<>&\u007f-\u009f\u2028\u2029\p{Bidi_Control}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * A recording as JSON, for programs: its tasks as {@linkcode RecordedTask} has them, with reasons as text, and its
 * summary, with the ids of the critical path.
 *
 * Names are those that the tasks have; only as JSON they are escaped, so that the text may stand in a script element.
 *
 * @param run What {@linkcode trace} returned.
 * @returns One line of JSON.
 * @throws {TypeError} For what is no recording.
 *
 * @example Keep a run to look at later
 * ```ts
 * import { task } from "aiodag";
 * import { toJSON, trace } from "aiodag/trace";
 *
 * const run = trace();
 * await task(function answer() { return 42; })();
 * run.stop();
 * const { tasks } = JSON.parse(toJSON(run));
 * console.log(tasks[0].name, tasks[0].status); // answer fulfilled
 * ```
 */
export function toJSON(run: Recording): string {
  checkRecording(run, "write", "as JSON");
  const { tasks, begun, now, dropped } = run;
  const { criticalPath, ...summary } = run.summary();
  return safeJSON({
    version: 1,
    begun,
    now,
    dropped,
    summary: { ...summary, criticalPath: { tasks: criticalPath.tasks.map(({ id }) => id), length: criticalPath.length } },
    tasks: tasks.map((task) => ({
      ...task,
      reason: task.status === "failed" || task.status === "aborted" ? describeReason(task.reason) : undefined,
    })),
  });
}
