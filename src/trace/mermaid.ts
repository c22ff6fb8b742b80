import { checkRecording } from "./check.ts";
import { graphOf } from "./graph.ts";
import type { Recording } from "./types.ts";

const arrows = { data: "-->", order: "-.->", returned: "==>" } as const;

/**
 * A recording as a Mermaid flowchart, which GitHub, GitLab and many editors draw: a box for each task, with its time
 * and the reason of a failure, solid arrows for arguments, dotted for order-only dependencies, thick for returned
 * handles. The critical path has thick frames.
 *
 * @param run What {@linkcode trace} returned.
 * @returns The text of the flowchart, in which names and reasons are escaped.
 * @throws {TypeError} For what is no recording.
 *
 * @example Draw a run
 * ```ts
 * import { task } from "aiodag";
 * import { toMermaid, trace } from "aiodag/trace";
 *
 * const run = trace();
 * const one = task(function one() { return 1; });
 * const next = task(function next(n: number) { return n + 1; });
 * await next(one());
 * run.stop();
 * console.log(toMermaid(run).includes("t1 --> t2")); // true
 * ```
 */
export function toMermaid(run: Recording): string {
  checkRecording(run, "draw", "as a Mermaid flowchart");
  const graph = graphOf(run);
  const title = graph.missing === undefined ? [] : ["---", `title: ${graph.missing}`, "---"];
  const lines = [...title, "flowchart LR"];
  for (const { id, lines: text } of graph.boxes) lines.push(`  t${id}["${text.map(escape).join("<br/>")}"]`);
  for (const { from, to, kind } of graph.arrows) lines.push(`  t${from} ${arrows[kind]} t${to}`);
  const critical = graph.arrows.flatMap(({ isCritical }, i) => (isCritical ? [i] : []));
  if (critical.length > 0) lines.push(`  linkStyle ${critical.join(",")} stroke-width:4px`);
  const styles = {
    waiting: "stroke-dasharray:2 4",
    ready: "stroke-dasharray:6 4",
    running: "fill:#fff3bf,stroke:#e67700,color:#000",
    failed: "fill:#ffe3e3,stroke:#c92a2a,color:#000",
    aborted: "fill:#e9ecef,stroke:#495057,color:#000,stroke-dasharray:6 4",
  };
  for (const [status, style] of Object.entries(styles)) {
    const ids = graph.boxes.filter((box) => box.status === status).map(({ id }) => `t${id}`);
    if (ids.length > 0) lines.push(`  classDef ${status} ${style}`, `  class ${ids.join(",")} ${status}`);
  }
  const path = graph.boxes.filter(({ isCritical }) => isCritical).map(({ id }) => `t${id}`);
  if (path.length > 0) lines.push("  classDef critical stroke-width:4px", `  class ${path.join(",")} critical`);
  return `${lines.join("\n")}\n`;
}

/** Everything but letters, digits and a few harmless signs as an entity code of Mermaid's. */
function escape(text: string): string {
  // Two dollar signs make a formula, however they are written.
  return text.replaceAll(/\$(?=\$)/g, "$\u2060").replace(/[^\p{L}\p{M}\p{N} .,:()…✗⊘]/gu, (character) => `#${character.codePointAt(0)!};`);
}
