// Promises wired by hand. What is known to be a plain value is not waited for, but where all arguments go through
// Promise.all; arguments are read by index, which is faster than destructuring them.

const identity = (value) => value;

/** What people write: `Promise.all(args).then(…)`, whatever the number of arguments. */
export const all = {
  source: (f) => (value) => Promise.all([value]).then((args) => f(args[0])),
  one: (f) => (a) => Promise.all([a]).then((args) => f(args[0])),
  two: (f) => (a, b) => Promise.all([a, b]).then((args) => f(args[0], args[1])),
  three: (f) => (a, b, c) => Promise.all([a, b, c]).then((args) => f(args[0], args[1], args[2])),
  list: (f) => (handles) => Promise.all(handles).then(f),
  end: identity,
};

/** An async function that awaits each argument. */
export const awaiting = {
  sync: {
    source: (f) => async (value) => f(value),
    one: (f) => async (a) => f(await a),
    two: (f) => async (a, b) => f(await a, await b),
    three: (f) => async (a, b, c) => f(await a, await b, await c),
    list: (f) => async (handles) => f(await Promise.all(handles)),
    end: identity,
  },
  // `return await f()` takes one microtask, `return f()` three.
  async: {
    source: (f) => f,
    one: (f) => async (a) => await f(await a),
    two: (f) => async (a, b) => await f(await a, await b),
    three: (f) => async (a, b, c) => await f(await a, await b, await c),
    list: (f) => async (handles) => await f(await Promise.all(handles)),
    end: identity,
  },
};

/** Nothing is wrapped: the bodies themselves await their arguments. */
export const inside = { source: identity, one: identity, two: identity, three: identity, list: identity, end: identity };

/** What fits the number of arguments best: no wait for none, a bare `then` for one, Promise.all for more. */
export const arity = {
  sync: { ...all, source: (f) => (value) => Promise.resolve(f(value)), one: (f) => (a) => a.then(f) },
  async: { ...all, source: (f) => f, one: (f) => (a) => a.then(f) },
};
