/**
 * Draws what {@linkcode trace} recorded: as an SVG picture, or as a page of one file. Needs no DOM.
 *
 * @example Keep a page of a run
 * ```ts
 * import { task } from "aiodag";
 * import { toHTML } from "aiodag/draw";
 * import { trace } from "aiodag/trace";
 *
 * const run = trace();
 * await task(async function answer() { return 42; })();
 * run.stop();
 * const page = toHTML(run);
 * console.log(page.includes("Content-Security-Policy")); // true
 * ```
 *
 * @module
 */
export { toHTML } from "./src/draw/html.ts";
export { toSVG, type SVGOptions } from "./src/draw/svg.ts";
