/** The `then` of a thenable, read once. */
export type Then = (this: unknown, fulfilled: (value: unknown) => void, rejected: (reason: unknown) => void) => unknown;

/** Reads the `then` of a value, which may be user code that throws. */
export function thenOf(value: unknown): Then | undefined {
  if (!isObject(value)) return undefined;
  const { then } = value as { then?: unknown };
  return typeof then === "function" ? (then as Then) : undefined;
}

/** The same without throwing: where reading throws, what is read is a `then` that throws so. */
export function guardedThenOf(value: unknown): Then | undefined {
  try {
    return thenOf(value);
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/** Whether a value may have a `then` that makes it a thenable. */
export function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
