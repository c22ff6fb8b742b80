/** What the callbacks of a handle hang on: a native promise that carries no value, so that nothing reads its `then`. */
export class Chain {
  declare promise: Promise<void>;
  declare resolve: () => void;
  declare reject: (reason: unknown) => void;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }
}

export const resolved: Promise<void> = Promise.resolve();
