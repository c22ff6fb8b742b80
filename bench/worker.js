// What runs in the runtime under test.
import { measure } from "./measure.js";
import { limited } from "./recording.js";
import { scale } from "./scale.js";

/** Carries out a plan, inside an async context where the plan wants one. */
export function carryOut(plan) {
  if (plan.scale) return scale(plan);
  if (plan.limit) return limited(plan);
  if (!plan.context) return measure(plan);
  const { AsyncLocalStorage } = globalThis.process.getBuiltinModule("node:async_hooks");
  return new AsyncLocalStorage().run({}, measure, plan);
}
