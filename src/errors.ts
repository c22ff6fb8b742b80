/** Names a value in an error message. Runs none of the user's code. */
export function show(value: unknown): string {
  if (typeof value === "string") return `"${value}"`;
  if (typeof value === "function") return /^class\b/.test(show.toString.call(value)) ? "a class" : "a function";
  if (typeof value === "object" && value !== null) return "an object";
  return String(value);
}
