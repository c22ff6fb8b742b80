import { toHTML, toSVG } from "../../draw.ts";
import type { Recording } from "../../trace.ts";
import { count, describe, digits } from "../draw/saying.ts";
import { duration, list as words } from "../trace/text.ts";
import { watch } from "../trace/watch.ts";
import { DetailsView } from "./details.ts";
import { button, make, put } from "./dom.ts";
import { GraphView } from "./graph.ts";
import { ListView } from "./list.ts";
import { Model, mostShown } from "./model.ts";
import { Slices, type Work } from "./slices.ts";

/** Tasks up to which everything is kept up at once. */
const few = 300;

/** Milliseconds from one look at the tasks to the next: for few of them, for many, and when only aborted bodies run. */
const pace = { few: 60, many: 250, late: 1000 };

/** What the element shows of a recording: keeps up with it, as long as it is connected. */
export class View {
  readonly element: HTMLElement;
  private model: Model;
  private unsubscribe: (() => void) | undefined;
  private readonly slices: Slices = new Slices();
  private readonly graph: GraphView;
  private readonly list: ListView;
  private readonly details: DetailsView = new DetailsView();
  private readonly summary: HTMLElement = make("p", { class: "summary" });
  private readonly said: HTMLElement = make("p", { class: "hidden", role: "status" });
  private readonly pause: HTMLButtonElement;
  private selected: number | undefined;
  private isPaused = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isIdle = false;
  private isConnected = false;

  constructor(run: Recording, clear: () => void) {
    this.model = new Model(run);
    this.graph = new GraphView(this.model, this.slices);
    this.list = new ListView(this.model);
    this.pause = button("Pause", () => this.setPaused(!this.isPaused), { "aria-pressed": "false" });
    const tools = make(
      "div",
      { class: "tools", role: "group", "aria-label": "View of the run" },
      this.summary,
      this.pause,
      button("Clear", clear),
      button("−", () => this.graph.zoom(0.8), { "aria-label": "Zoom out", class: "single" }),
      button("+", () => this.graph.zoom(1.25), { "aria-label": "Zoom in", class: "single" }),
      button("Fit", () => this.graph.fit(), { class: "single" }),
      button("SVG", () => this.download("svg"), { "aria-label": "Download SVG", class: "single" }),
      button("HTML", () => this.download("html"), { "aria-label": "Download HTML" }),
    );
    const pictures = make("div", { class: "pictures" }, this.graph.element, this.list.element);
    this.element = make("div", { class: "view" }, tools, make("div", { class: "panes" }, pictures, this.details.element), this.said);
    this.graph.onselect = (id, isInSight) => this.select(id, isInSight);
    this.list.onselect = (id) => this.select(id);
    this.details.onselect = (id) => this.select(id);
    this.subscribe();
  }

  connect(): void {
    this.isConnected = true;
    this.graph.connect();
    this.list.connect();
    this.look();
  }

  disconnect(): void {
    this.isConnected = false;
    this.graph.disconnect();
    this.list.disconnect();
    this.slices.stop();
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  /** Ends listening to the recording. */
  end(): void {
    this.disconnect();
    this.unsubscribe?.();
    this.unsubscribe = undefined;
  }

  /** Shows another recording. */
  show(run: Recording): void {
    this.unsubscribe?.();
    this.slices.stop();
    this.model = new Model(run);
    this.subscribe();
    this.selected = undefined;
    this.graph.reset(this.model);
    this.list.reset(this.model);
    this.setPaused(false);
  }

  get paused(): boolean {
    return this.isPaused;
  }

  setPaused(isPaused: boolean): void {
    this.isPaused = isPaused;
    this.pause.setAttribute("aria-pressed", String(isPaused));
    if (!isPaused) this.look();
  }

  repaint(): void {
    this.graph.draw();
  }

  /** Where the graph shows a task, in pixels from the top left corner of the graph; for tests and tours. */
  placeOf(id: number): { x: number; y: number; width: number; height: number } | undefined {
    return this.graph.place(id);
  }

  private subscribe(): void {
    const { model } = this;
    this.unsubscribe = watch(model.run, (...event) => {
      model.see(...event);
      if (this.timer === undefined || this.isIdle) this.wait(false);
    });
  }

  /** Has the next look come in a while: a longer one where nothing happens. */
  private wait(isIdle: boolean): void {
    if (!this.isConnected || this.isPaused) return;
    clearTimeout(this.timer);
    this.isIdle = isIdle;
    const look = (): void => {
      this.timer = undefined;
      this.look();
    };
    this.timer = setTimeout(look, isIdle ? pace.late : this.model.total > few ? pace.many : pace.few);
  }

  private look(): void {
    if (this.isConnected && !this.isPaused) this.slices.add("look", () => this.takeIn());
  }

  /** Shows the run as it now is, one part after the other. */
  private *takeIn(): Work {
    const { model } = this;
    const { isTooLarge, total, pending } = model;
    const isSummedUp = total > 0 && total <= few;
    if (!isTooLarge) model.read();
    if (isSummedUp) model.addUp();
    const summary = isSummedUp ? this.describe() : this.describeCounts();
    yield false;
    yield* this.graph.update();
    // What changes in the page has to be laid out, which takes as long again.
    yield true;
    this.element.classList.toggle("counted", isTooLarge);
    this.list.update();
    this.showDetails();
    put(this.summary, "textContent", summary);
    if (!isSummedUp && !isTooLarge && total > 0 && pending === 0) {
      // The critical path of many tasks is looked for only when they are done, since it takes a while.
      yield true;
      model.addUp();
      put(this.summary, "textContent", this.describe());
      this.showDetails();
      this.graph.draw();
    }
    if (this.timer === undefined && model.isGoing) this.wait(model.pending === 0);
  }

  private describe(): string {
    const { summary, run } = this.model;
    return `${describe({ summary: summary!, dropped: run.dropped })}.`;
  }

  private describeCounts(): string {
    const { counts, total, first, last, pending, run, isTooLarge } = this.model;
    if (total === 0) return "No task has been invoked yet.";
    const parts = Object.entries(counts).flatMap(([status, number]) => (number > 0 ? [`${digits(number, 0)} ${status}`] : []));
    const time = duration((pending > 0 ? run.now : last) - first);
    return `${count(total)} (${words(parts)}) in ${time}.${isTooLarge ? ` Above ${digits(mostShown, 0)} only numbers are shown.` : ""}`;
  }

  private select(id: number, isInSight = false): void {
    this.selected = id;
    const task = this.model.task(id);
    this.graph.select(id, !isInSight);
    this.list.select(id);
    this.showDetails();
    if (task) put(this.said, "textContent", `${this.model.label(task)}, ${task.status}`);
  }

  private showDetails(): void {
    const task = this.selected === undefined || this.model.isTooLarge ? undefined : this.model.task(this.selected);
    this.details.update(this.model, task);
  }

  private download(kind: "svg" | "html"): void {
    const { run } = this.model;
    const [text, type] = kind === "svg" ? [toSVG(run), "image/svg+xml"] : [toHTML(run), "text/html"];
    const url = URL.createObjectURL(new Blob([text], { type }));
    make("a", { href: url, download: `run.${kind}` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }
}
