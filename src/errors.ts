import { isObject } from "./thenable.ts";

/** Names a value in an error message. Runs none of the user's code. */
export function show(value: unknown): string {
  if (typeof value === "string") return `"${value}"`;
  if (isObject(value)) return typeof value === "function" ? "a function" : "an object";
  return String(value);
}
