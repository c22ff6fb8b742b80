// Gives each host a promise, a handle, and the two remedies, and tells what came of each.
import { makeWays } from "./ways.mjs";

/** Of what is given a host makes the same, or something else, or throws; no host may hang. */
async function outcomeOf(host, give) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, 8000, "never settles");
  });
  try {
    return await Promise.race([(async () => host(give))(), late]);
  } catch (error) {
    return `throws ${error?.name}: ${String(error?.message).split("\n")[0].slice(0, 120)}`;
  } finally {
    clearTimeout(timer);
  }
}

export async function runHosts(task, hosts) {
  const outcomes = {};
  for (const [name, host] of Object.entries(hosts)) {
    outcomes[name] = {};
    for (const [way, give] of Object.entries(makeWays(task))) outcomes[name][way] = (await outcomeOf(host, give)) ?? null;
  }
  return outcomes;
}
