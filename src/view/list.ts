import type { RecordedTask } from "../../trace.ts";
import { spansOf } from "../draw/chart.ts";
import { signs } from "../draw/shapes.ts";
import { duration } from "../trace/text.ts";
import { make, say } from "./dom.ts";
import { timeOf } from "./graph.ts";
import type { Model } from "./model.ts";

/** Pixels; also in the style sheet, as 1.625rem. */
const rowHeight = 26;

interface Row {
  element: HTMLElement;
  sign: SVGElement;
  path: SVGPathElement;
  name: HTMLElement;
  status: HTMLElement;
  bars: HTMLElement;
  time: HTMLElement;
}

let lists = 0;

/** The waterfall, as a list to choose from. Only the rows that are seen are there. */
export class ListView {
  readonly element: HTMLElement;
  onselect: (id: number) => void = () => {};
  private model: Model;
  private readonly prefix: string = `aiodag-${++lists}-`;
  private readonly ticks: HTMLElement[];
  private readonly list: HTMLElement;
  private readonly rows: HTMLElement;
  private pool: Row[] = [];
  private selected: number | undefined;
  private readonly observer: ResizeObserver;

  constructor(model: Model) {
    this.model = model;
    this.ticks = [make("span"), make("span"), make("span")];
    this.rows = make("div", { class: "rows", role: "listbox", tabindex: "0", "aria-label": "Waterfall of the tasks" });
    this.list = make("div", { class: "list" }, this.rows);
    this.element = make(
      "div",
      {},
      make("div", { class: "axis", "aria-hidden": "true" }, make("span", { class: "ticks" }, ...this.ticks)),
      this.list,
    );
    this.observer = new ResizeObserver(() => this.update());
    this.list.addEventListener("scroll", () => this.update(), { passive: true });
    this.rows.addEventListener("click", (event) => {
      const id = (event.target as Element).closest<HTMLElement>("[data-id]")?.dataset["id"];
      if (id !== undefined) this.onselect(Number(id));
    });
    this.rows.addEventListener("focus", () => {
      const first = this.model.tasks[0];
      if (this.selected === undefined && first !== undefined) this.onselect(first.id);
    });
    this.rows.addEventListener("keydown", (event) => {
      const id = this.step(event.key);
      if (id === undefined) return;
      event.preventDefault();
      this.onselect(id);
    });
  }

  connect(): void {
    this.observer.observe(this.list);
  }

  disconnect(): void {
    this.observer.disconnect();
  }

  reset(model: Model): void {
    this.model = model;
    this.selected = undefined;
    this.list.scrollTop = 0;
    this.update();
  }

  select(id: number | undefined): void {
    this.selected = id;
    const index = id === undefined ? -1 : this.indexOf(id);
    if (index >= 0) {
      const top = index * rowHeight;
      const { scrollTop, clientHeight } = this.list;
      if (top < scrollTop) this.list.scrollTop = top;
      else if (top + rowHeight > scrollTop + clientHeight) this.list.scrollTop = top + rowHeight - clientHeight;
    }
    this.update();
  }

  private indexOf(id: number): number {
    const index = id - (this.model.tasks[0]?.id ?? 1);
    return this.model.tasks[index]?.id === id ? index : -1;
  }

  private step(key: string): number | undefined {
    const { tasks } = this.model;
    const now = this.selected === undefined ? -1 : this.indexOf(this.selected);
    const page = Math.max(1, Math.floor(this.list.clientHeight / rowHeight) - 1);
    const to = { ArrowDown: now + 1, ArrowUp: now - 1, PageDown: now + page, PageUp: now - page, Home: 0, End: tasks.length - 1 }[key];
    if (to !== undefined) return tasks[Math.min(tasks.length - 1, Math.max(0, to))]?.id;
    const task = tasks[now];
    if (key === "ArrowLeft") return task?.dependencies.find(({ task }) => task !== undefined && this.indexOf(task) >= 0)?.task;
    return key === "ArrowRight" && task ? this.model.dependentsOf(task.id)[0] : undefined;
  }

  /** Shows the rows that are in sight as they are now. */
  update(): void {
    const { model, list, rows } = this;
    const tasks = model.isTooLarge ? [] : model.tasks;
    const span = model.end - model.begin;
    if (tasks.length > 0) ["0", duration(span / 2), duration(span)].forEach((text, i) => say(this.ticks[i]!, text));
    else for (const tick of this.ticks) say(tick, "");
    rows.style.height = `${Math.max(tasks.length * rowHeight, 1)}px`;
    const first = Math.max(0, Math.floor(list.scrollTop / rowHeight) - 2);
    const last = Math.min(tasks.length, Math.ceil((list.scrollTop + list.clientHeight) / rowHeight) + 2);
    const wanted = Math.max(0, last - first);
    while (this.pool.length < wanted) this.pool.push(this.add());
    for (const { element } of this.pool.splice(wanted)) element.remove();
    for (let i = 0; i < wanted; i++) this.fill(this.pool[i]!, tasks[first + i]!, first + i, tasks.length);
    const isSeen = this.selected !== undefined && tasks.slice(first, last).some(({ id }) => id === this.selected);
    if (isSeen) rows.setAttribute("aria-activedescendant", `${this.prefix}${this.selected!}`);
    else rows.removeAttribute("aria-activedescendant");
  }

  private add(): Row {
    const namespace = "http://www.w3.org/2000/svg";
    const sign = document.createElementNS(namespace, "svg");
    sign.setAttribute("class", "sign");
    sign.setAttribute("viewBox", "-6 -6 12 12");
    sign.setAttribute("aria-hidden", "true");
    const path = document.createElementNS(namespace, "path");
    sign.append(path);
    const name = make("span", { class: "name" });
    const status = make("span", { class: "hidden" });
    const bars = make("span", { class: "bars", "aria-hidden": "true" });
    const time = make("span", { class: "time" });
    const element = make("div", { class: "row", role: "option" }, sign, name, status, bars, time);
    this.rows.append(element);
    return { element, sign, path, name, status, bars, time };
  }

  private fill({ element, path, name, status, bars, time }: Row, task: RecordedTask, index: number, total: number): void {
    const { model } = this;
    const { now } = model.run;
    element.id = `${this.prefix}${task.id}`;
    element.className = `row ${task.status}`;
    element.dataset["id"] = String(task.id);
    element.setAttribute("aria-selected", String(task.id === this.selected));
    element.setAttribute("aria-posinset", String(index + 1));
    element.setAttribute("aria-setsize", String(total));
    element.style.transform = `translateY(${index * rowHeight}px)`;
    path.setAttribute("d", signs[task.status]);
    say(name, model.label(task));
    say(status, task.status);
    say(time, task.started === undefined ? "" : timeOf(task, now));
    const spans = spansOf(task, now);
    while (bars.children.length > spans.length) bars.lastElementChild!.remove();
    while (bars.children.length < spans.length) bars.append(make("i"));
    const width = model.end - model.begin;
    spans.forEach(({ phase, from, to }, i) => {
      const bar = bars.children[i] as HTMLElement;
      bar.className = phase;
      const part = width === 0 ? 0 : (to - from) / width;
      bar.style.left = `${width === 0 ? 0 : Math.min(99.6, ((from - model.begin) / width) * 100)}%`;
      bar.style.width = `${part * 100}%`;
    });
  }
}
