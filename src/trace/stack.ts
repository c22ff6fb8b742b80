import { countObservers } from "../observer.ts";
import { Task } from "../../mod.ts";

/**
 * Frames above the call where library and user are one file: this one, `invoked`, `listener`, `create`, `invoke`, the
 * function; and `tell`, where there are several observers.
 */
const countOwnFrames = (): number => (countObservers(Task) > 1 ? 7 : 6);

/** Where the task was invoked whose call is on the stack: the frames of its caller, the innermost first. */
export function stackOfCall(): string {
  const ownFrames = countOwnFrames();
  const target = Error as { stackTraceLimit?: number };
  const limit = target.stackTraceLimit;
  target.stackTraceLimit = Math.max(limit ?? 0, 10) + ownFrames;
  const { stack = "" } = new Error();
  if (limit === undefined) delete target.stackTraceLimit;
  else target.stackTraceLimit = limit;
  // V8 puts the name of the error above the frames.
  const frames = stack.split("\n").filter((line) => line.includes("@") || /^\s+at /.test(line));
  const own = ownFiles(frames[0] ?? "");
  let calls = 0;
  while (calls < frames.length && isOwn(frames[calls]!, own)) calls++;
  return frames
    .slice(calls === 0 ? ownFrames : calls)
    .map((frame) => frame.trim())
    .join("\n");
}

/** What the frames of the library contain, given the innermost of them; nothing, if it was bundled with its user. */
function ownFiles(frame: string): string[] {
  const [, folder, file] = /(?:^|[@(\s])((?:[a-z-]+:\/\/|\/|[A-Z]:\\)[^()]*[/\\])([^/\\]+?):\d+:\d+\)?$/.exec(frame) ?? [];
  if (folder === undefined || file === undefined) return [];
  if (/[/\\]src[/\\]trace[/\\]$/.test(folder)) return [folder.slice(0, -"trace/".length)];
  return /^trace(\.min)?\.js/.test(file) ? [`${folder}trace.`, `${folder}mod.`] : [];
}

function isOwn(frame: string, own: readonly string[]): boolean {
  if (own.length === 0) return false;
  return !/:\d+:\d+\)?$/.test(frame) || own.some((file) => frame.includes(file));
}

/** The innermost frame as `file.ts:12:5`. */
export function callSite(stack: string | undefined): string | undefined {
  return stack === undefined ? undefined : /([^/\\(\s@]+:\d+:\d+)\)?$/m.exec(stack)?.[1];
}
