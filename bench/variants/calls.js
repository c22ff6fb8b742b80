// Peers whose functions are called with handles, as aiodag's are.

export async function whenLift() {
  // The build for browsers is the same code in one file; the one for Node cannot be bundled.
  const { default: when } = await import("when/dist/browser/when.js");
  return {
    source: when.lift,
    one: when.lift,
    two: when.lift,
    three: when.lift,
    list: (body) => (handles) => when.all(handles).then(body),
    end: (handle) => handle,
  };
}

export async function bluebird() {
  const { default: Bluebird } = await import("bluebird");
  return {
    source: (f) => (value) => Bluebird.resolve(value).then(f),
    one: (f) => (a) => a.then(f),
    two: (f) => (a, b) => Bluebird.join(a, b, f),
    three: (f) => (a, b, c) => Bluebird.join(a, b, c, f),
    list: (f) => (handles) => Bluebird.all(handles).then(f),
    end: (handle) => handle,
  };
}

/** Each task is a fiber of its own, which joins those that it depends on. */
export async function effect(kind) {
  const { Effect, Fiber } = await import("effect");
  const run = kind === "sync" ? (f, args) => Effect.sync(() => f(...args)) : (f, args) => Effect.promise(() => f(...args));
  const task = (f) => (...fibers) => Effect.runFork(Effect.flatMap(Fiber.joinAll(fibers), (args) => run(f, args)));
  return {
    source: (f) => (value) => Effect.runFork(run(f, [value])),
    one: (f) => (a) => Effect.runFork(Effect.flatMap(Fiber.join(a), (value) => run(f, [value]))),
    two: task,
    three: task,
    list: (f) => (fibers) => Effect.runFork(Effect.flatMap(Fiber.joinAll(fibers), (args) => run(f, [args]))),
    end: (fiber) => Effect.runPromise(Fiber.join(fiber)),
  };
}

/** Each task is a subject that keeps its last value, subscribed to what it depends on. */
export async function rxjs(kind) {
  const { AsyncSubject, forkJoin, from, lastValueFrom, map, mergeMap } = await import("rxjs");
  const then = kind === "sync" ? map : mergeMap;
  const subject = (observable) => {
    const result = new AsyncSubject();
    observable.subscribe(result);
    return result;
  };
  const task = (f) => (...inputs) => subject(forkJoin(inputs).pipe(then((args) => f(...args))));
  return {
    source: (f) => (value) => subject(from(Promise.resolve(value)).pipe(then((input) => f(input)))),
    one: (f) => (a) => subject(a.pipe(then((input) => f(input)))),
    two: task,
    three: task,
    list: (f) => (inputs) => subject(forkJoin(inputs).pipe(then((args) => f(args)))),
    end: (result) => lastValueFrom(result),
  };
}
