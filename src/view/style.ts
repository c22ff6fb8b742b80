import { edges, properties, stateStyle } from "../draw/page.ts";
import { dark, fontFamily, light } from "../draw/theme.ts";

/** Names, times and bars, in columns. */
const columns = "1rem minmax(4rem, 13rem) minmax(4rem, 1fr) 5rem";

export const viewStyle: string = `
:host { display: block; color-scheme: light dark; ${properties(light)}; background: var(--page); color: var(--text); font: 0.9rem/1.45 system-ui, sans-serif; container-type: inline-size; }
:host([hidden]) { display: none; }
@media (prefers-color-scheme: dark) { :host { ${properties(dark)}; } }
:host([theme="light"]) { color-scheme: light; ${properties(light)}; }
:host([theme="dark"]) { color-scheme: dark; ${properties(dark)}; }
* { box-sizing: border-box; }
.view { padding: 0.6rem; border: 1px solid var(--line); border-radius: 0.5rem; }
.tools { display: flex; flex-wrap: wrap; gap: 0.35rem; align-items: center; margin-bottom: 0.5rem; }
.summary { margin: 0 auto 0 0; padding-right: 0.5rem; flex: 1 1 20rem; }
button { padding: 0.15rem 0.55rem; border: 1px solid var(--edge); border-radius: 0.35rem; background: var(--page); color: var(--text); font: inherit; cursor: pointer; }
button:hover { background: var(--track); }
button[aria-pressed="true"] { background: var(--accent); border-color: var(--accent); color: var(--page); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
@supports selector(:has(a)) {
  .rows:focus-visible { outline: none; }
  .list:has(.rows:focus-visible) { outline: 2px solid var(--accent); outline-offset: 1px; }
}
.panes { display: grid; grid-template-columns: minmax(0, 1fr) 18rem; gap: 0.6rem; align-items: start; }
.pictures { min-width: 0; }
.graph { position: relative; height: var(--aiodag-graph-height, 20rem); min-height: 6rem; overflow: hidden; border: 1px solid var(--line); border-radius: 0.35rem; cursor: grab; touch-action: pan-y pinch-zoom; }
.graph.dragged { cursor: grabbing; }
${edges(".graph")}
.graph canvas { position: absolute; inset: 0; width: 100%; height: 100%; transform-origin: 0 0; }
[hidden] { display: none !important; }
.note { position: absolute; inset: 0; display: grid; place-content: center; margin: 0; padding: 1rem; text-align: center; color: var(--soft); pointer-events: none; }
.axis, .row { display: grid; grid-template-columns: ${columns}; gap: 0.5rem; align-items: center; padding: 0 0.5rem; }
.axis { margin-top: 0.5rem; color: var(--soft); font-size: 0.8rem; scrollbar-gutter: stable; overflow: hidden; }
.ticks { grid-column: 3; display: flex; gap: 0.5rem; justify-content: space-between; white-space: nowrap; }
.list { height: var(--aiodag-list-height, 15rem); overflow: auto; scrollbar-gutter: stable; border: 1px solid var(--line); border-radius: 0.35rem; }
.rows { position: relative; }
.row { position: absolute; left: 0; right: 0; top: 0; height: 1.625rem; contain: strict; cursor: pointer; font-size: 0.85rem; }
.row:hover, .row[aria-selected="true"] { background: var(--track); }
.row[aria-selected="true"] { box-shadow: inset 3px 0 var(--accent); }
.sign { width: 0.9rem; height: 0.9rem; fill: none; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
.name { display: flex; font-family: ${fontFamily}; overflow: hidden; white-space: pre; }
.name span { overflow: hidden; text-overflow: ellipsis; }
.time { text-align: right; font-variant-numeric: tabular-nums; color: var(--soft); white-space: nowrap; }
.bars { position: relative; height: 1rem; overflow: hidden; }
.bars i { position: absolute; min-width: 2px; }
.bars .wait { top: 7px; height: 2px; background: var(--edge); min-width: 0; }
.bars .slot { top: 4px; height: 8px; border: 1px dashed var(--edge); }
.bars .body { top: 2px; height: 12px; border: 1px solid; border-radius: 2px; }
.bars .late { top: 3px; height: 10px; min-width: 0; background: repeating-linear-gradient(90deg, var(--aborted) 0 1.5px, transparent 1.5px 4px); }
.details { padding: 0.6rem; border: 1px solid var(--line); border-radius: 0.35rem; max-height: 38rem; overflow: auto; overflow-wrap: anywhere; }
.details h2 { margin: 0; font: 600 1rem/1.3 ${fontFamily}; }
.details p { margin: 0.3rem 0 0; color: var(--soft); }
dl { margin: 0.4rem 0 0; }
dt { margin-top: 0.4rem; color: var(--soft); font-size: 0.8rem; }
dd { margin: 0; }
dd button { margin: 0.1rem 0.3rem 0.1rem 0; max-width: 100%; text-align: left; overflow-wrap: anywhere; font: 0.8rem ${fontFamily}; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font: 0.8rem/1.4 ${fontFamily}; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
${stateStyle}
${["waiting", "ready", "running", "fulfilled", "failed", "aborted"]
  .map((status) => `.${status} .body { background: var(--${status}-fill); border-color: var(--${status}); }`)
  .join("\n")}
.aborted .body { border-style: dashed; }
/* Of too many tasks there are only numbers. */
.counted :is(.list, .axis, .details, .single) { display: none; }
.counted .panes { grid-template-columns: minmax(0, 1fr); }
.counted .graph { height: 6rem; }
@container (max-width: 62rem) {
  .panes { grid-template-columns: minmax(0, 1fr); }
  .details { max-height: 25rem; }
}
@container (34rem <= width <= 62rem) {
  dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.2rem 0.8rem; }
  dt { margin: 0; line-height: 1.6; }
}
@container (max-width: 40rem) { .axis, .row { grid-template-columns: 1rem minmax(3rem, 8.3rem) minmax(3rem, 1fr) 4.2rem; } }
@container (max-width: 30rem) {
  .tools { gap: 0.25rem; }
  button { padding: 0.15rem 0.4rem; }
  .ticks span:nth-child(2) { display: none; }
  .view:not(.counted) .graph { height: var(--aiodag-graph-height, 12rem); }
}
@media (forced-colors: active) { .row[aria-selected="true"] { outline: 2px solid Highlight; outline-offset: -2px; } .bars .wait { background: CanvasText; } }
`;
