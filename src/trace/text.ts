/**
 * A text of the user's, harmless in any output: what controls a terminal or the direction of writing is shown as a
 * sign of its own, and what is no character is replaced.
 */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\p{Bidi_Control}\p{Noncharacter_Code_Point}\u2028\u2029]/gu, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    if (code === 0x7f) return "\u2421";
    return code === 0x2028 || code === 0x2029 ? "\u2424" : "\ufffd";
  });
}

/** A text of at most `length` characters. */
export function shorten(text: string, length: number): string {
  // Long enough for characters of two code units, and no longer, whatever is given.
  const characters = Array.from(text.slice(0, length * 2 + 2));
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join("")}…`;
}

/** Names the reason of a failure. Whatever it is, nothing is thrown. */
export function describeReason(reason: unknown): string {
  try {
    if (reason instanceof Error) {
      const { name, message } = reason as { name: unknown; message: unknown };
      return shorten(message === "" ? String(name) : `${String(name)}: ${String(message)}`, 1000);
    }
    if (typeof reason === "function") return "a function";
    if (typeof reason === "object" && reason !== null) return "an object";
    return shorten(String(reason), 1000);
  } catch {
    return "an object";
  }
}

/** Milliseconds in words, as `3.2 s`. */
export function duration(ms: number): string {
  if (ms < 9.95) return `${Number(ms.toFixed(1))} ms`;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 9995) return `${Number((ms / 1000).toFixed(2))} s`;
  const seconds = ms / 1000;
  if (seconds < 59.95) return `${Number(seconds.toFixed(1))} s`;
  const minutes = Math.floor(Math.round(seconds) / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds) - minutes * 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** That a recording has dropped older tasks, in words; nothing, if it has not. */
export function droppedTasks(count: number): string | undefined {
  return count === 0 ? undefined : `${count.toLocaleString("en")} older ${count === 1 ? "task was" : "tasks were"} dropped`;
}

/** How several names are written in a sentence. */
export function list(words: readonly string[]): string {
  if (words.length <= 1) return words[0] ?? "";
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)!}`;
}

/** Tells tasks of one name apart by their ids. */
export function labels(tasks: readonly { id: number; name: string }[]): (task: { id: number; name: string }) => string {
  const counts = new Map<string, number>();
  for (const { name } of tasks) counts.set(name, (counts.get(name) ?? 0) + 1);
  return ({ id, name }) => {
    const own = name === `#${id}` || (counts.get(name) ?? 0) <= 1;
    return own ? plain(name) : `${plain(name)} #${id}`;
  };
}
