import { checkRecording } from "./check.ts";
import { graphOf } from "./graph.ts";
import type { Recording } from "./types.ts";

const boxes = {
  waiting: 'style="rounded,dotted"',
  ready: 'style="rounded,dashed"',
  running: 'style="rounded,filled" fillcolor="#fff3bf" color="#e67700"',
  fulfilled: "style=rounded",
  failed: 'style=filled fillcolor="#ffe3e3" color="#c92a2a"',
  aborted: 'style="filled,dashed" fillcolor="#e9ecef" color="#495057"',
} as const;

const arrows = { data: "", order: " style=dashed", returned: " arrowhead=odot" } as const;

/**
 * A recording in the DOT language of Graphviz: a box for each task, with its time and the reason of a failure, dashed
 * arrows for order-only dependencies, an open dot for returned handles, thick lines for the critical path.
 *
 * @param run What {@linkcode trace} returned.
 * @returns The text of a directed graph, in which names and reasons are escaped.
 * @throws {TypeError} For what is no recording.
 *
 * @example Write a file for `dot -Tsvg`
 * ```ts
 * import { task } from "aiodag";
 * import { toDOT, trace } from "aiodag/trace";
 *
 * const run = trace();
 * const one = task(function one() { return 1; });
 * const next = task(function next(n: number) { return n + 1; });
 * await next(one());
 * run.stop();
 * console.log(toDOT(run).includes("t1 -> t2")); // true
 * ```
 */
export function toDOT(run: Recording): string {
  checkRecording(run, "draw", "as a DOT graph");
  const graph = graphOf(run);
  const lines = ["digraph aiodag {", "  rankdir=LR;", '  charset="UTF-8";', '  node [shape=box fontname="sans-serif"];'];
  if (graph.missing !== undefined) lines.push(`  label="${graph.missing}" labelloc=t fontname="sans-serif";`);
  for (const { id, lines: text, status, isCritical } of graph.boxes) {
    lines.push(`  t${id} [label="${text.map(escape).join("\\n")}" ${boxes[status]}${isCritical ? " penwidth=3" : ""}];`);
  }
  for (const { from, to, kind, isCritical } of graph.arrows) {
    lines.push(`  t${from} -> t${to} [class=${kind}${arrows[kind]}${isCritical ? " penwidth=3" : ""}];`);
  }
  return `${lines.join("\n")}\n}\n`;
}

/** Inside of quotes. Graphviz reads entities as HTML does, and a backslash as the start of an escape. */
function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
