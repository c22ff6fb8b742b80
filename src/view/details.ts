import type { Dependency, RecordedTask } from "../../trace.ts";
import { bodyEnd, lateness } from "../draw/chart.ts";
import { isFailure, lines, stackOf } from "../draw/reason.ts";
import { describeReason, duration, plain } from "../trace/text.ts";
import { button, make } from "./dom.ts";
import type { Model } from "./model.ts";

const kinds: Record<Dependency["kind"], string> = { data: "", order: " (order only)", returned: " (returned by the body)" };
/** Dependencies or dependents that are named. */
const mostNamed = 50;

/** What there is to say of the selected task. */
export class DetailsView {
  readonly element: HTMLElement;
  onselect: (id: number) => void = () => {};
  private shown = "";

  constructor() {
    this.element = make("section", { class: "details", tabindex: "0", "aria-label": "Selected task" });
  }

  update(model: Model, task: RecordedTask | undefined): void {
    const key = task === undefined ? "" : this.keyOf(model, task);
    if (key === this.shown && this.element.hasChildNodes()) return;
    this.shown = key;
    const focused = (this.element.getRootNode() as ShadowRoot).activeElement?.getAttribute("data-id");
    this.element.replaceChildren(...(task === undefined ? [make("p", {}, "Select a task in the graph or in the waterfall.")] : this.tell(model, task)));
    // What had the focus has it again.
    if (focused != null) this.element.querySelector<HTMLElement>(`[data-id="${CSS.escape(focused)}"]`)?.focus();
  }

  /** Changes when what is told does, but for what still runs only once a second. */
  private keyOf(model: Model, task: RecordedTask): string {
    const { id, status, started, ended, dependencies } = task;
    const seconds = started !== undefined && ended === undefined ? Math.floor((model.run.now - started) / 1000) : "";
    const dependents = model.dependentsOf(id).length;
    return [id, status, started, ended, seconds, dependencies.length, dependents, model.critical.has(id), model.label(task)].join();
  }

  private tell(model: Model, task: RecordedTask): HTMLElement[] {
    const { id, status, invoked, ready, started, ended, settled, waitedForSlot, dependencies, parent, origin, stack } = task;
    const since = (time: number): string => duration(time - model.begin);
    const over = bodyEnd(task);
    const list = make("dl");
    const term = (name: string, ...content: (Node | string)[]): void =>
      list.append(make("dt", {}, name), make("dd", {}, ...content));
    const link = (other: number | undefined, after: string): Node => {
      const known = other === undefined ? undefined : model.task(other);
      if (known === undefined) return make("span", {}, `a promise, or a task that was not recorded${after}`);
      return button(model.label(known) + after, () => this.onselect(known.id), { "data-id": String(known.id) });
    };
    const links = (nodes: Node[], none: string): (Node | string)[] => {
      if (nodes.length === 0) return [none];
      return nodes.length > mostNamed ? [...nodes.slice(0, mostNamed), `and ${nodes.length - mostNamed} more`] : nodes;
    };

    if (isFailure(task)) {
      term("Reason", plain(describeReason(task.reason)));
      if (origin !== undefined && origin !== id) term("Began in", link(origin, ""));
    }
    term("Invoked", `at ${since(invoked)}`);
    term("Waited for dependencies", duration((ready ?? started ?? settled ?? model.run.now) - invoked));
    if (waitedForSlot > 0) term("Waited for a slot", duration(waitedForSlot));
    if (started === undefined) term("Ran", settled === undefined ? "not yet" : "never");
    else if (over === undefined) term("Runs", `since ${since(started)}, for ${duration(model.run.now - started)}`);
    else term("Ran", `${duration(over - started)}, from ${since(started)} to ${since(over)}`);
    const late = lateness(task, model.run.now);
    if (late > 0) term("Ran on after the abort", `${duration(late)}${ended === undefined ? ", and still does" : ""}`);
    if (settled !== undefined) term("Settled", `at ${since(settled)}`);
    const trace = isFailure(task) ? stackOf(task.reason) : undefined;
    if (trace !== undefined) term("Stack of the error", make("pre", {}, trace));
    term("Depends on", ...links(dependencies.map(({ task: other, kind }) => link(other, kinds[kind])), "nothing"));
    term("Dependents", ...links(model.dependentsOf(id).map((other) => link(other, "")), "none"));
    if (parent !== undefined) term("Invoked in the body of", link(parent, ""));
    if (stack !== undefined) term("Invoked at", make("pre", {}, lines(stack)));
    const standing = `${status}${model.critical.has(id) ? ", on the critical path" : ""}`;
    return [make("h2", { dir: "auto" }, model.label(task)), make("p", {}, standing), list];
  }
}
