interface Storage {
  enterWith(number: number): void;
  getStore(): number | undefined;
  disable(): void;
}

interface Runtime {
  process?: { getBuiltinModule?(name: string): { AsyncLocalStorage: new () => Storage } | undefined };
  navigator?: { userAgent?: string };
}

let storage: Storage | undefined;
let users = 0;

/** Whether it can be known what the body of a task does after its first `await`. */
export function canFollowBodies(): boolean {
  return storage !== undefined;
}

/** Begins to follow bodies, where the runtime can; to be ended as often as it was begun. */
export function beginFollowing(): void {
  users++;
  const { process, navigator } = globalThis as Runtime;
  // workerd's storage cannot be entered for the rest of a turn.
  if (storage !== undefined || navigator?.userAgent === "Cloudflare-Workers") return;
  const hooks = process?.getBuiltinModule?.("node:async_hooks");
  if (hooks !== undefined) storage = new hooks.AsyncLocalStorage();
}

export function endFollowing(): void {
  if (--users > 0) return;
  storage?.disable();
  isOn = false;
}

// In Node before 24 the storage costs every promise of the process about a microsecond. So a body is not followed
// where so many start at once that nobody would ask after a single one.
const most = 1000;
const period = 100;
let entered = 0;
let since = -Infinity;
let latest = 0;
let isOn = false;

/**
 * Tells that the body of a task starts in the present async context, which is that task's own.
 *
 * @returns Whether it will be known what the body does after its first `await`.
 */
export function enterBody(number: number, now: number): boolean {
  if (storage === undefined) return false;
  // Each recording tells of a body; it is one all the same. Those from before any recording have no number.
  if (number !== 0 && number === latest) return isOn;
  latest = number;
  if (Math.abs(now - since) > period) {
    since = now;
    entered = 0;
  }
  if (++entered > most) {
    if (isOn) storage.disable();
    isOn = false;
    return false;
  }
  isOn = true;
  storage.enterWith(number);
  return true;
}

/** The number of the task whose body is running, or has set off what is running; 0 where that is not known. */
export function currentBody(): number {
  return isOn ? (storage!.getStore() ?? 0) : 0;
}
