import { suite } from "uvu";
import * as assert from "uvu/assert";
import * as core from "../aiodag.ts";
import { toSVG } from "../draw.ts";
import { arrowsOf, boxesOf, checkPlaces } from "../support/picture.ts";
import { recordRandom } from "../support/runs.ts";
import { parse } from "../support/xml.ts";
import * as entry from "../trace.ts";

const { task } = core;
const { trace } = entry;
const draw = suite("draw: large graphs");

draw("boxes of 500 tasks stand apart, within the picture, and arrows go from box to box", async () => {
  const run = await recordRandom(500, core, entry);
  const svg = parse(toSVG(run));
  assert.is(boxesOf(svg).length, 500);
  assert.is(arrowsOf(svg).length, run.tasks.reduce((sum, { dependencies }) => sum + dependencies.length, 0));
  checkPlaces(svg);
});

draw("a graph that is too large for layers is put on a grid: a chain of 6,000, and 2,000 tasks upon one", async () => {
  const run = trace();
  const next = task({ name: "next" })((n: number) => n + 1);
  let chain = next(0);
  for (let i = 1; i < 6000; i++) chain = next(chain);
  for (let i = 0; i < 2000; i++) next(chain);
  await run.idle();
  run.stop();
  const svg = parse(toSVG(run));
  assert.is(boxesOf(svg).length, 8000);
  checkPlaces(svg);
});

draw.run();
