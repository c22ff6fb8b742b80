import type { RecordedTask } from "../../trace.ts";
import { spansOf, timeOf } from "../draw/chart.ts";
import { signs } from "../draw/shapes.ts";
import { splitLabel } from "../draw/text.ts";
import { duration } from "../trace/text.ts";
import { make, mark, put } from "./dom.ts";
import type { Model } from "./model.ts";

/** Pixels; also in the style sheet, as 1.625rem. */
const rowHeight = 26;

interface Row {
  element: HTMLElement;
  sign: SVGElement;
  path: SVGPathElement;
  name: HTMLElement;
  ending: Text;
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
  /** Of the list: read when it changes, since to ask for it later has the page laid out on the spot. */
  private scrolled = 0;
  private height = 0;
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
    this.observer = new ResizeObserver(() => {
      this.height = this.list.clientHeight;
      this.update();
    });
    const scroll = (): void => {
      this.scrolled = this.list.scrollTop;
      this.update();
    };
    this.list.addEventListener("scroll", scroll, { passive: true });
    this.rows.addEventListener("click", (event) => {
      const id = (event.target as Element).closest<HTMLElement>("[data-id]")?.dataset["id"];
      if (id !== undefined) this.onselect(Number(id));
    });
    this.rows.addEventListener("focus", () => {
      const first = this.model.tasks[0];
      // A click selects what it is on.
      if (this.selected === undefined && first !== undefined && this.rows.matches(":focus-visible")) this.onselect(first.id);
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
    if (this.pool.length > 0) return;
    // To find the fonts takes the page a while, which is not to come when the first tasks do.
    const row = this.add();
    row.element.style.visibility = "hidden";
    row.name.textContent = row.time.textContent = "#0";
    this.pool.push(row);
  }

  disconnect(): void {
    this.observer.disconnect();
  }

  reset(model: Model): void {
    this.model = model;
    this.selected = undefined;
    this.scroll(0);
    this.update();
  }

  select(id: number | undefined): void {
    this.selected = id;
    const index = id === undefined ? -1 : this.indexOf(id);
    if (index >= 0) {
      const top = index * rowHeight;
      const { scrolled, height } = this;
      if (top < scrolled) this.scroll(top);
      else if (top + rowHeight > scrolled + height) this.scroll(top + rowHeight - height);
    }
    this.update();
  }

  private scroll(top: number): void {
    this.list.scrollTop = top;
    this.scrolled = this.list.scrollTop;
  }

  private indexOf(id: number): number {
    const index = id - (this.model.tasks[0]?.id ?? 1);
    return this.model.tasks[index]?.id === id ? index : -1;
  }

  private step(key: string): number | undefined {
    const { tasks } = this.model;
    const now = this.selected === undefined ? -1 : this.indexOf(this.selected);
    const page = Math.max(1, Math.floor(this.height / rowHeight) - 1);
    const to = { ArrowDown: now + 1, ArrowUp: now - 1, PageDown: now + page, PageUp: now - page, Home: 0, End: tasks.length - 1 }[key];
    if (to !== undefined) return tasks[Math.min(tasks.length - 1, Math.max(0, to))]?.id;
    const task = tasks[now];
    if (key === "ArrowLeft") return task?.dependencies.find(({ task }) => task !== undefined && this.indexOf(task) >= 0)?.task;
    return key === "ArrowRight" && task ? this.model.dependentsOf(task.id)[0] : undefined;
  }

  /** Shows the rows that are in sight as they are now. */
  update(): void {
    const { model, rows, scrolled, height } = this;
    const tasks = model.isTooLarge ? [] : model.tasks;
    const span = model.end - model.begin;
    const texts = tasks.length > 0 ? ["0", duration(span / 2), duration(span)] : ["", "", ""];
    this.ticks.forEach((tick, i) => put(tick, "textContent", texts[i]!));
    put(rows.style, "height", `${Math.max(tasks.length * rowHeight, 1)}px`);
    const first = Math.max(0, Math.floor(scrolled / rowHeight) - 2);
    const last = Math.min(tasks.length, Math.ceil((scrolled + height) / rowHeight) + 2);
    const wanted = Math.max(0, last - first);
    while (this.pool.length < wanted) this.pool.push(this.add());
    for (const { element } of this.pool.splice(wanted)) element.remove();
    for (let i = 0; i < wanted; i++) this.fill(this.pool[i]!, tasks[first + i]!, first + i, tasks.length);
    const isSeen = this.selected !== undefined && tasks.slice(first, last).some(({ id }) => id === this.selected);
    if (isSeen) mark(rows, "aria-activedescendant", `${this.prefix}${this.selected!}`);
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
    const name = make("span", { dir: "auto" });
    const ending = document.createTextNode("");
    const status = make("span", { class: "hidden" });
    const bars = make("span", { class: "bars", "aria-hidden": "true" });
    const time = make("span", { class: "time" });
    const element = make("div", { class: "row", role: "option" }, sign, make("span", { class: "name" }, name, ending), status, bars, time);
    this.rows.append(element);
    return { element, sign, path, name, ending, status, bars, time };
  }

  private fill({ element, path, name, ending, status, bars, time }: Row, task: RecordedTask, index: number, total: number): void {
    const { model } = this;
    const { now } = model.run;
    put(element, "id", `${this.prefix}${task.id}`);
    put(element, "className", `row ${task.status}`);
    mark(element, "data-id", String(task.id));
    mark(element, "aria-selected", String(task.id === this.selected));
    mark(element, "aria-posinset", String(index + 1));
    mark(element, "aria-setsize", String(total));
    put(element.style, "transform", `translateY(${index * rowHeight}px)`);
    put(element.style, "visibility", "");
    mark(path, "d", signs[task.status]);
    const [label, number] = splitLabel(model.label(task), task.id);
    put(name, "textContent", label);
    put(ending, "data", number);
    put(status, "textContent", task.status);
    put(time, "textContent", task.started === undefined ? "" : timeOf(task, now));
    const spans = spansOf(task, now);
    while (bars.children.length > spans.length) bars.lastElementChild!.remove();
    while (bars.children.length < spans.length) bars.append(make("i"));
    const width = model.end - model.begin;
    spans.forEach(({ phase, from, to }, i) => {
      const bar = bars.children[i] as HTMLElement;
      put(bar, "className", phase);
      const percent = (time: number): string => `${width === 0 ? 0 : Number(((time / width) * 100).toFixed(3))}%`;
      put(bar.style, "left", percent(Math.min(from - model.begin, width * 0.996)));
      put(bar.style, "width", percent(to - from));
    });
  }
}
