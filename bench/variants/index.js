import { bodies, graphOf } from "../shapes.js";
import { aiodag, recorder } from "./aiodag.js";
import { bluebird, effect, rxjs, whenLift } from "./calls.js";
import { asyncAuto, betterAll, pGraph } from "./graphs.js";
import { all, arity, awaiting, inside } from "./hand.js";

/** Of what is called with handles: wires a shape, and returns a function that runs one graph of it. */
const calls = (load, of = bodies) => async (shape, kind, lib) => {
  if (of[kind] === undefined) throw new Error(`Not with ${kind} bodies`);
  const { end, ...wrappers } = await load(kind, lib);
  const make = shape.wire(wrappers, of[kind]);
  return (gate) => end(make(gate));
};

/** The same over a copy of the library of its own, with `aiodag/trace` in it. */
const traced = (copy) => (shape, kind, lib, traced) => {
  if (traced === undefined) throw new Error("Not without aiodag/trace beside the library");
  return variants.aiodag(shape, kind, `${traced}?${copy}`);
};

/** And with a recording around each run. */
async function recording(shape, kind, lib, url) {
  const run = await traced("recording")(shape, kind, lib, url);
  return Object.assign((gate) => run(gate), { begin: await recorder(`${url}?recording`) });
}

/** The same for what takes a graph as data. */
const graphs = (load, most = Infinity) => async (shape, kind) => {
  const run = await load(kind);
  const nodes = graphOf(shape, kind);
  if (nodes.length > most) throw new Error(`Not run with more than ${most} tasks: time grows with their square`);
  return () => run(nodes);
};

/** By name; each prepares a shape for one kind of body. What it returns may have a `begin`, which returns its end. */
export const variants = {
  aiodag: calls((_, lib) => aiodag(lib)),
  imported: traced("imported"),
  recording,
  all: calls(() => all),
  await: calls((kind) => awaiting[kind]),
  arity: calls((kind) => arity[kind]),
  inside: calls(() => inside, { async: bodies.awaiting }),
  "when.lift": calls(whenLift),
  "better-all": graphs(betterAll),
  "async.auto": graphs(asyncAuto, 1000),
  "p-graph": graphs(pGraph),
  Effect: calls(effect),
  bluebird: calls(bluebird),
  rxjs: calls(rxjs),
};

/** The three ways to wire promises by hand. */
export const byHand = ["all", "await", "arity"];
