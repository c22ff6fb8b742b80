import { toHTML, toSVG } from "../../draw.ts";
import type { Recording } from "../../trace.ts";
import { count, describe } from "../draw/saying.ts";
import { duration, list as words } from "../trace/text.ts";
import { watch } from "../trace/watch.ts";
import { DetailsView } from "./details.ts";
import { button, make, say } from "./dom.ts";
import { GraphView } from "./graph.ts";
import { ListView } from "./list.ts";
import { Model, mostShown } from "./model.ts";

/** Tasks up to which everything is kept up at once. */
const few = 300;

/** Milliseconds from one look at the tasks to the next: for few of them, for many, and at most of the time. */
const pace = { few: 60, many: 250, share: 0.2 };

/** What the element shows of a recording: keeps up with it, as long as it is connected. */
export class View {
  readonly element: HTMLElement;
  private model: Model;
  private unsubscribe: (() => void) | undefined;
  private readonly graph: GraphView;
  private readonly list: ListView;
  private readonly details: DetailsView = new DetailsView();
  private readonly summary: HTMLElement = make("p", { class: "summary" });
  private readonly said: HTMLElement = make("p", { class: "hidden", role: "status" });
  private readonly pause: HTMLButtonElement;
  private selected: number | undefined;
  private isPaused = false;
  private isStale = true;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private frame = 0;
  private isConnected = false;

  constructor(run: Recording, clear: (() => void) | undefined) {
    this.model = new Model(run);
    this.graph = new GraphView(this.model);
    this.list = new ListView(this.model);
    this.pause = button("Pause", () => this.setPaused(!this.isPaused), { "aria-pressed": "false" });
    const tools = make(
      "div",
      { class: "tools", role: "group", "aria-label": "View of the run" },
      this.summary,
      this.pause,
      ...(clear ? [button("Clear", clear)] : []),
      button("−", () => this.graph.zoom(0.8), { "aria-label": "Zoom out" }),
      button("+", () => this.graph.zoom(1.25), { "aria-label": "Zoom in" }),
      button("Fit", () => this.graph.fit()),
      button("SVG", () => this.download("svg"), { "aria-label": "Download SVG" }),
      button("HTML", () => this.download("html"), { "aria-label": "Download HTML" }),
    );
    const pictures = make("div", { class: "pictures" }, this.graph.element, this.list.element);
    this.element = make("div", { class: "view" }, tools, make("div", { class: "panes" }, pictures, this.details.element), this.said);
    this.graph.onselect = (id) => this.select(id);
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
    clearTimeout(this.timer);
    cancelAnimationFrame(this.frame);
    this.timer = undefined;
    this.frame = 0;
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
    this.isStale = true;
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
      this.isStale = true;
      this.wait(this.model.total > few ? pace.many : pace.few);
    });
  }

  /** Has the next look come after a time. */
  private wait(ms: number): void {
    if (!this.isConnected || this.isPaused || this.timer !== undefined || this.frame !== 0) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      // Of a page that nobody sees nothing needs to be kept up.
      this.frame = requestAnimationFrame(() => {
        this.frame = 0;
        this.look();
      });
    }, ms);
  }

  private look(): void {
    if (!this.isConnected || this.isPaused) return;
    const { model } = this;
    const began = performance.now();
    if (this.isStale || model.pending > 0) {
      this.isStale = false;
      if (!model.isTooLarge) model.read();
      this.graph.update();
      this.list.update();
      this.showDetails();
      this.sum();
    }
    // What takes long is done less often.
    const took = performance.now() - began;
    if (model.pending > 0) this.wait(Math.max(model.total > few ? pace.many : pace.few, took / pace.share));
  }

  /** The summary line. The critical path of many tasks is looked for only when they are done, since it takes a while. */
  private sum(): void {
    const { model } = this;
    if (model.isTooLarge || model.total === 0 || (model.pending > 0 && model.total > few)) {
      this.sayCounts();
      return;
    }
    const add = (): void => {
      if (!this.isConnected || this.isPaused || this.model !== model || model.isTooLarge) return;
      model.addUp();
      say(this.summary, `${describe(model.summary!)}.`);
      this.graph.draw();
      this.showDetails();
    };
    if (model.total > few) setTimeout(add, 0);
    else add();
  }

  private sayCounts(): void {
    const { counts, total, first, last, pending, run, isTooLarge } = this.model;
    if (total === 0) say(this.summary, "No task has been invoked yet.");
    else {
      const parts = Object.entries(counts).flatMap(([status, number]) => (number > 0 ? [`${number.toLocaleString("en")} ${status}`] : []));
      say(this.summary, `${count(total)} (${words(parts)}) in ${duration((pending > 0 ? run.now : last) - first)}.${isTooLarge ? ` Above ${mostShown.toLocaleString("en")} only numbers are shown.` : ""}`);
    }
  }

  private select(id: number): void {
    this.selected = id;
    const task = this.model.task(id);
    this.graph.select(id, true);
    this.list.select(id);
    this.showDetails();
    if (task) say(this.said, `${this.model.label(task)}, ${task.status}`);
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
