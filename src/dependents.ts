import { FULFILLED, type Node } from "./node.ts";

/** The tasks that wait for one. Most tasks have a single dependent, and need no list. */
export type Dependents = Node | Node[] | undefined;

export const isArray: ArrayConstructor["isArray"] = Array.isArray;

export function append(dependency: Node, task: Node): void {
  const { dependents } = dependency;
  if (!dependents) dependency.dependents = task;
  else if (isArray(dependents)) dependents.push(task);
  else dependency.dependents = [dependents, task];
}

/** To be called once for each that leaves early. They are swept out when more are gone than left. */
export function leave(dependency: Node): void {
  const { dependents } = dependency;
  if (!isArray(dependents)) dependency.dependents = undefined;
  else if (++dependency.gone * 2 > dependents.length) {
    const pending = dependents.filter(({ state }) => state < FULFILLED);
    // Below zero for a task that is in the list twice and has left once.
    dependency.gone -= dependents.length - pending.length;
    dependency.dependents = pending;
  }
}

/** Whether any task still waits. */
export function hasDependents({ dependents, gone }: Node): boolean {
  return isArray(dependents) ? dependents.length > gone : !!dependents;
}
