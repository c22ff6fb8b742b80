import type { RecordedTask } from "../../trace.ts";
import { plain, shorten } from "../trace/text.ts";

/** Whether a task has a reason. */
export const isFailure = ({ status }: RecordedTask): boolean => status === "failed" || status === "aborted";

/** A text of several lines, harmless in any of them. */
export const lines = (text: string): string => shorten(text, 8000).split("\n").map(plain).join("\n");

/** The stack of an error, if it has one. Whatever the reason is, nothing is thrown. */
export function stackOf(reason: unknown): string | undefined {
  try {
    const stack: unknown = reason instanceof Error ? reason.stack : undefined;
    return typeof stack === "string" ? lines(stack) : undefined;
  } catch {
    return undefined;
  }
}
