import { ABORTED, FULFILLED, HANDLED, type Node, REJECTED } from "./node.ts";

/** What the callbacks of a handle hang on: a native promise that carries no value, so that nothing reads its `then`. */
export class Chain {
  promise: Promise<void>;
  resolve!: () => void;
  reject!: (reason: unknown) => void;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }
}

export const resolved: Promise<void> = Promise.resolve();

/** A native promise that settles when `node` does, and rejects with its reason. */
export function promiseOf(node: Node): Promise<void> {
  if (node.chain !== undefined) return node.chain.promise;
  if (node.state === FULFILLED) return resolved;
  const chain = new Chain();
  if (node.state === REJECTED) chain.reject(node.data);
  else node.chain = chain;
  return chain.promise;
}

/** Tells those who have chained `node` how it ended, or the platform, where nobody has taken charge of a failure. */
export function announce(node: Node): void {
  const { chain } = node;
  if (node.state === FULFILLED) chain?.resolve();
  else if (chain !== undefined) chain.reject(node.data);
  else if ((node.flags & (HANDLED | ABORTED)) === 0) {
    // Kept, so that handling it later is told to the platform as well.
    node.chain = new Chain();
    node.chain.reject(node.data);
    return;
  }
  node.chain = undefined;
}

/** Takes charge of the failure of `node`, whether it is still to come or was reported already. */
export function takeOver(node: Node): void {
  if ((node.flags & HANDLED) !== 0) return;
  node.flags |= HANDLED;
  node.chain?.promise.catch(() => {});
  node.chain = undefined;
}
