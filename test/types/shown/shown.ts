// What an editor shows of a task: labels, optional and rest parameters, generics with constraints and `this` survive.
import { all, task } from "aiodag";

interface User {
  id: number;
}

export const labels = task(async function labels(id: number, isDraft: boolean) {
  return { id, isDraft };
});
export const optional = task((id: number, prefix?: string) => `${prefix}${id}`);
export const rest = task((first: string, ...others: (number | string)[]) => [first, ...others]);
export const tuple = task((...pair: [left: number, right?: string]) => pair);
export const none = task(() => {});
export const generic = task(async <T>(value: T) => value);
export const constrained = task(async <T extends User, K extends keyof T>(of: T, key: K) => of[key]);
export const self = task(async function self(this: User, by: number) {
  return this.id + by;
});
export const limited = task({ concurrency: 2 })(async <T extends User>(user: T) => user, none());
export const settled = task({ settled: true })(
  async <T extends User>(user: PromiseSettledResult<T>, ...others: PromiseSettledResult<number>[]) => ({ user, others }),
);
export const again = task(constrained, none());
export const list = all([labels(1, true), "text"]);
export const record = all({ list, one: 1 });
