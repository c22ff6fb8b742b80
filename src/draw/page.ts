import { dark, fontFamily, light, type Palette, statuses } from "./theme.ts";

/** Colours as custom properties, for style sheets of pages. */
export function properties(palette: Palette): string {
  const { fill, stroke, ...others } = palette;
  const named = Object.entries(others).map(([name, color]) => `--${name}:${color}`);
  const states = statuses.flatMap((status) => [`--${status}-fill:${fill[status]}`, `--${status}:${stroke[status]}`]);
  return [...named, ...states].join(";");
}

/** Shades the edges of an element beyond which there is more: those that it has as classes. */
export const edges = (selector: string): string =>
  `${selector}.left{--left:10px}${selector}.right{--right:-10px}${selector}.top{--top:10px}${selector}.bottom{--bottom:-10px}` +
  `${selector}::after{content:"";position:absolute;inset:0;border-radius:inherit;pointer-events:none;box-shadow:` +
  ["var(--left,0) 0", "var(--right,0) 0", "0 var(--top,0)", "0 var(--bottom,0)"].map((offset) => `inset ${offset} 10px -10px var(--edge)`).join() +
  "}";

/** Signs and bars of a status, in a page. */
export const stateStyle: string = statuses
  .map((status) => `.${status}>.sign,.${status} .mark{stroke:var(--${status})}.${status} .body{fill:var(--${status}-fill);stroke:var(--${status})}`)
  .join("\n");

/** The style sheet of the page. */
export const pageStyle: string = `
:root{color-scheme:light dark;${properties(light)}}
@media (prefers-color-scheme:dark){:root{${properties(dark)}}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:1rem/1.5 system-ui,sans-serif}
h1,h2{margin:0;line-height:1.25}
h1{font-size:1.4rem}
h2{font-size:1.05rem}
header,main{max-width:100rem;margin:0 auto;padding:1rem}
header{padding-bottom:0}
header p{margin:.35rem 0 0;color:var(--soft);overflow-wrap:anywhere}
main{display:grid;grid-template-columns:minmax(0,1fr) 22rem;gap:1rem;align-items:start}
.pictures{display:grid;grid-template-columns:minmax(0,1fr);gap:1rem;min-width:0}
.bar-of-tools{display:flex;flex-wrap:wrap;gap:.4rem;align-items:center;margin-bottom:.4rem}
.bar-of-tools h2{margin-right:auto}
button{padding:.2rem .6rem;border:1px solid var(--edge);border-radius:.35rem;background:var(--page);color:var(--text);font:inherit;font-size:.9rem;cursor:pointer}
button:hover{background:var(--track)}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
@supports selector(:has(a)){#rows:focus-visible{outline:none}#list:has(#rows:focus-visible){outline:2px solid var(--accent);outline-offset:2px}}
.bar-of-tools output{min-width:3.2rem;text-align:right;color:var(--soft);font-size:.85rem;font-variant-numeric:tabular-nums}
#frame{position:relative;border-radius:.4rem}
${edges("#frame")}
#graph{max-height:60vh;overflow:auto;border:1px solid var(--line);border-radius:.4rem;cursor:grab}
#graph.dragged{cursor:grabbing;user-select:none}
#graph svg{display:block}
#graph .t{cursor:pointer}
#graph .t:hover .o{stroke-width:2.5}
#graph .selected .o{stroke-width:4}
#graph .near .e{stroke:var(--accent);stroke-width:3.4}
#graph .near .h{fill:var(--accent)}
#list{max-height:70vh;overflow:auto;border:1px solid var(--line);border-radius:.4rem;font-size:.85rem;position:relative}
.axis,.row{display:grid;grid-template-columns:1rem minmax(5rem,14rem) minmax(6rem,1fr) 5.5rem;gap:.5rem;align-items:center;padding:0 .6rem}
.axis{color:var(--soft);font-size:.8rem;padding:.2rem .6rem}
.axis span:nth-child(1){grid-column:3;display:flex;gap:.5rem;justify-content:space-between;white-space:nowrap}
.row{height:1.75rem;contain:strict;content-visibility:auto;contain-intrinsic-size:auto 1.75rem;cursor:pointer}
.row:hover{background:var(--track)}
.row.selected{background:var(--track);box-shadow:inset 3px 0 var(--accent)}
.row .sign{width:1rem;height:1rem}
.sign,.mark{fill:none;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}
.name{display:flex;font-family:${fontFamily};overflow:hidden;white-space:pre}
.name span{overflow:hidden;text-overflow:ellipsis}
.time{text-align:right;font-variant-numeric:tabular-nums;color:var(--soft)}
.row .bar{width:100%;height:1rem;display:block;overflow:visible}
.wait{fill:var(--edge)}
.slot{fill:var(--page);stroke:var(--edge);stroke-dasharray:3 2}
.late{stroke:var(--aborted);stroke-width:10;stroke-dasharray:1.5 2.5}
.bar *{vector-effect:non-scaling-stroke}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.key{display:flex;flex-wrap:wrap;gap:.3rem 1rem;margin:.4rem 0 0;padding:0;list-style:none;color:var(--soft);font-size:.85rem}
.key li{display:flex;gap:.4rem;align-items:center}
.key svg{width:2rem;height:.8rem}
#details{position:sticky;top:1rem;max-height:calc(100vh - 2rem);overflow:auto;background:var(--page);padding:.8rem;border:1px solid var(--line);border-radius:.4rem;overflow-wrap:anywhere;font-size:.9rem}
#details h2{font-family:${fontFamily}}
#details p{margin:.4rem 0 0;color:var(--soft)}
dl{margin:.5rem 0 0}
dt{margin-top:.5rem;color:var(--soft);font-size:.8rem}
dd{margin:0}
dd button{margin:.1rem .3rem .1rem 0;max-width:100%;overflow-wrap:anywhere;text-align:left;font-family:${fontFamily};font-size:.8rem}
pre{margin:0;white-space:pre-wrap;overflow-wrap:anywhere;font:.8rem/1.4 ${fontFamily}}
${stateStyle}
@media (max-width:60rem){
main{grid-template-columns:minmax(0,1fr)}
#details{position:static;max-height:none}
html:has(#details.filled){scroll-padding-bottom:36vh}
#details.filled{position:sticky;bottom:0;top:auto;max-height:35vh;box-shadow:0 -4px 12px rgb(0 0 0/.2)}
.axis,.row{grid-template-columns:1rem minmax(4rem,8.3rem) minmax(3rem,1fr) 4.5rem}
}
@media (34rem<=width<=60rem){
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.2rem .8rem}
dt{margin:0;line-height:1.8}
}
@media (max-width:34rem){.axis span span:nth-child(2){display:none}}
@media (forced-colors:active){.row.selected{outline:2px solid Highlight;outline-offset:-2px}}
@media print{#graph,#list,#details{max-height:none;overflow:visible;position:static}}
`;

/**
 * The script of the page. It is text, and plain JavaScript, for it has to be the same whatever a bundler or a runtime
 * makes of this module: the page's policy lets no other script run than the one with its hash. It builds what it shows
 * of texts alone.
 */
export const pageScript: string = `"use strict";
const { tasks, begin } = JSON.parse(document.getElementById("data").textContent);
const byId = new Map(tasks.map((task) => [task.id, task]));
for (const task of tasks) task.dependents = [];
for (const task of tasks) for (const { task: id } of task.dependencies) {
  const other = byId.get(id);
  if (other && !other.dependents.includes(task.id)) other.dependents.push(task.id);
}
const graph = document.getElementById("graph");
const svg = graph && graph.querySelector("svg");
const list = document.getElementById("list");
const rows = document.getElementById("rows");
const details = document.getElementById("details");
const row = (id) => document.getElementById("task-" + id);

function duration(ms) {
  if (ms < 9.95) return Number(ms.toFixed(1)) + " ms";
  if (ms < 999.5) return Math.round(ms) + " ms";
  if (ms < 59950) return Number((ms / 1000).toFixed(ms < 9995 ? 2 : 1)) + " s";
  return Number((ms / 60000).toFixed(1)) + " min";
}

function add(parent, tag, text) {
  const child = document.createElement(tag);
  if (text !== undefined) child.textContent = text;
  parent.append(child);
  return child;
}

function term(dl, name) {
  add(dl, "dt", name);
  return add(dl, "dd");
}

function link(parent, id, after) {
  const other = byId.get(id);
  if (!other) return void add(parent, "span", "a promise, or a task that was not recorded " + after);
  const button = add(parent, "button", other.label + after);
  button.type = "button";
  button.addEventListener("click", () => select(id, true));
}

let selected;
let center = () => {};

function select(id, reveal) {
  const task = byId.get(id);
  if (!task) return;
  for (const old of document.querySelectorAll(".selected, .near")) old.classList.remove("selected", "near");
  const before = selected && row(selected);
  if (before) before.setAttribute("aria-selected", "false");
  selected = id;
  const own = row(id);
  own.classList.add("selected");
  own.setAttribute("aria-selected", "true");
  rows.setAttribute("aria-activedescendant", own.id);
  show(task);
  own.scrollIntoView({ block: "nearest" });
  if (svg) {
    const box = svg.querySelector('.t[data-id="' + id + '"]');
    box.classList.add("selected");
    for (const arrow of svg.querySelectorAll('[data-from="' + id + '"], [data-to="' + id + '"]')) arrow.classList.add("near");
    if (reveal) center(box);
  }
}

function show(task) {
  details.replaceChildren();
  details.classList.add("filled");
  add(details, "h2", task.label).dir = "auto";
  add(details, "p", task.status + (task.isCritical ? ", on the critical path" : ""));
  const dl = add(details, "dl");
  const since = (time) => duration(time - begin);
  if (task.reason !== undefined) term(dl, "Reason").textContent = task.reason;
  if (task.reason !== undefined && task.origin !== undefined && task.origin !== task.id) link(term(dl, "Began in"), task.origin, "");
  term(dl, "Invoked").textContent = "at " + since(task.invoked);
  if (task.started !== undefined) {
    term(dl, "Waited for dependencies").textContent = duration((task.ready ?? task.started) - task.invoked);
    if (task.waitedForSlot > 0) term(dl, "Waited for a slot").textContent = duration(task.waitedForSlot);
    term(dl, "Ran").textContent = task.over === undefined
      ? "from " + since(task.started) + ", still running"
      : duration(task.over - task.started) + ", from " + since(task.started) + " to " + since(task.over);
    if (task.late > 0) term(dl, "Ran on after the abort").textContent =
      duration(task.late) + (task.ended === undefined ? ", and still does" : "");
  } else term(dl, "Ran").textContent = "never";
  if (task.settled !== undefined) term(dl, "Settled").textContent = "at " + since(task.settled);
  if (task.errorStack) add(term(dl, "Stack of the error"), "pre", task.errorStack);
  const kinds = { data: "", order: " (order only)", returned: " (returned by the body)" };
  const needs = term(dl, "Depends on");
  for (const { task: id, kind } of task.dependencies) link(needs, id, kinds[kind]);
  if (task.dependencies.length === 0) needs.textContent = "nothing";
  const needed = term(dl, "Dependents");
  for (const id of task.dependents) link(needed, id, "");
  if (task.dependents.length === 0) needed.textContent = "none";
  if (task.parent !== undefined) link(term(dl, "Invoked in the body of"), task.parent, "");
  if (task.stack) add(term(dl, "Invoked at"), "pre", task.stack);
}

rows.addEventListener("click", (event) => {
  const own = event.target.closest("[data-id]");
  if (own) select(Number(own.dataset.id), true);
});

rows.addEventListener("keydown", (event) => {
  const options = rows.children;
  const now = selected === undefined ? -1 : Array.prototype.indexOf.call(options, row(selected));
  const task = byId.get(selected);
  const page = Math.max(1, Math.floor(list.clientHeight / 28) - 1);
  const steps = { ArrowDown: now + 1, ArrowUp: now - 1, PageDown: now + page, PageUp: now - page, Home: 0, End: options.length - 1 };
  let id;
  if (event.key in steps) id = Number(options[Math.min(options.length - 1, Math.max(0, steps[event.key]))].dataset.id);
  else if (event.key === "ArrowLeft" && task) id = (task.dependencies.find(({ task }) => byId.has(task)) || {}).task;
  else if (event.key === "ArrowRight" && task) id = task.dependents[0];
  else return;
  event.preventDefault();
  if (id !== undefined) select(id, true);
});

// A click selects what it is on, which is not to move away before.
rows.addEventListener("focus", () => {
  if (selected === undefined && rows.firstElementChild && rows.matches(":focus-visible")) select(Number(rows.firstElementChild.dataset.id), true);
});

if (svg) {
  const frame = document.getElementById("frame");
  const size = svg.viewBox.baseVal;
  let scale = 1;

  const shade = () => {
    frame.classList.toggle("left", graph.scrollLeft > 1);
    frame.classList.toggle("right", graph.scrollWidth - graph.clientWidth - graph.scrollLeft > 1);
    frame.classList.toggle("top", graph.scrollTop > 1);
    frame.classList.toggle("bottom", graph.scrollHeight - graph.clientHeight - graph.scrollTop > 1);
  };
  graph.addEventListener("scroll", shade, { passive: true });
  new ResizeObserver(shade).observe(graph);

  const zoom = (to, x = graph.clientWidth / 2, y = graph.clientHeight / 2) => {
    const next = Math.min(4, Math.max(0.02, to));
    const [left, top] = [(graph.scrollLeft + x) / scale, (graph.scrollTop + y) / scale];
    scale = next;
    svg.setAttribute("width", String(size.width * scale));
    svg.setAttribute("height", String(size.height * scale));
    graph.scrollLeft = left * scale - x;
    graph.scrollTop = top * scale - y;
    document.getElementById("scale").textContent = Math.round(scale * 100) + " %";
    shade();
  };
  const limit = () => Math.max(200, innerHeight * 0.6 - 2);
  const whole = () => Math.min(1, graph.clientWidth / size.width, limit() / size.height);
  const fit = () => zoom(whole());

  center = (box, isAnyway) => {
    // Where names cannot be read, it comes nearer.
    if (scale < 0.4) zoom(0.8);
    const own = box.getBoundingClientRect();
    const seen = graph.getBoundingClientRect();
    if (!isAnyway && own.left >= seen.left && own.right <= seen.right && own.top >= seen.top && own.bottom <= seen.bottom) return;
    graph.scrollLeft += (own.left + own.right - seen.left - seen.right) / 2;
    graph.scrollTop += (own.top + own.bottom - seen.top - seen.bottom) / 2;
  };

  document.getElementById("in").addEventListener("click", () => zoom(scale * 1.25));
  document.getElementById("out").addEventListener("click", () => zoom(scale / 1.25));
  document.getElementById("fit").addEventListener("click", fit);
  graph.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "+" || event.key === "=") zoom(scale * 1.25);
    else if (event.key === "-") zoom(scale / 1.25);
    else if (event.key === "0") fit();
    else return;
    event.preventDefault();
  });
  graph.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const seen = graph.getBoundingClientRect();
    zoom(scale * Math.exp(-event.deltaY / 300), event.clientX - seen.left, event.clientY - seen.top);
  }, { passive: false });

  let grip;
  graph.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.pointerType === "touch") return;
    grip = { x: event.clientX, y: event.clientY, left: graph.scrollLeft, top: graph.scrollTop, moved: false };
  });
  addEventListener("pointermove", (event) => {
    if (!grip || event.buttons === 0) return;
    const [x, y] = [event.clientX - grip.x, event.clientY - grip.y];
    grip.moved = grip.moved || Math.hypot(x, y) > 4;
    if (!grip.moved) return;
    graph.classList.add("dragged");
    graph.scrollLeft = grip.left - x;
    graph.scrollTop = grip.top - y;
  });
  addEventListener("pointerup", () => {
    graph.classList.remove("dragged");
    // The click that ends a drag comes right after, and selects nothing.
    if (grip) setTimeout(() => (grip = undefined), 0);
  });
  graph.addEventListener("click", (event) => {
    const box = event.target.closest(".t");
    if (box && !(grip && grip.moved)) select(Number(box.dataset.id), false);
  });
  // All of it, if names can be read then; or else where the critical path begins.
  if (whole() >= 0.35) fit();
  else {
    zoom(0.5);
    center(svg.querySelector(".t.critical") || svg.querySelector(".t"), true);
  }
}
`;
