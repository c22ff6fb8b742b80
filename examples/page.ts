// The pipeline in a page: the server is the one that the page came from, and what comes is shown as it arrives.
import type { AiodagView } from "aiodag/view";
import "aiodag/view";
import type { Step } from "./record.ts";

export const { origin } = location;

/** Milliseconds. */
export const unit = Number(new URLSearchParams(location.search).get("unit")) || 250;

/** What the width of the page stands for, in units: the longest that is drawn as a bar. */
const scale = { steps: 10, results: 26 };

const element = (id: string): HTMLElement => document.getElementById(id)!;
const status = element("status");

(element("unit") as HTMLInputElement).value = String(unit);

// What fails, fails the end too. The example awaits that, so the browser reports it.
addEventListener("error", ({ error }) => (status.textContent = `Failed: ${String(error)}`));
addEventListener("unhandledrejection", ({ reason }) => (status.textContent = `Failed: ${String(reason)}`));

const inUnits = (milliseconds: number): string => (milliseconds / unit).toFixed(1);

function add(parent: HTMLElement, tag: string, className: string, text = ""): HTMLElement {
  const child = document.createElement(tag);
  child.className = className;
  child.textContent = text;
  parent.append(child);
  return child;
}

function addBar(parent: HTMLElement, start: number, end: number, units: number): void {
  const bar = add(add(parent, "div", "track"), "div", "bar");
  const percent = (milliseconds: number): string => `${Math.min(100, (100 * milliseconds) / unit / units)}%`;
  bar.style.marginLeft = percent(start);
  bar.style.width = percent(end - start);
}

export function showStep({ name, task, start, end, failed }: Step): void {
  const row = add(element("steps"), "li", failed ? "failed" : "");
  add(row, "span", "time", inUnits(end));
  add(row, "b", "name", name);
  add(row, "span", "task", failed ? `${task} failed` : task);
  addBar(row, start, end, scale.steps);
}

/** The run as a whole: it is in the view already, and what comes later is not to be. */
export function showRun(): void {
  (document.querySelector("aiodag-view") as AiodagView).recording?.stop();
}

export function showResult(label: string, text: string, milliseconds?: number): void {
  const row = add(element("results"), "div", milliseconds === undefined ? "text" : "time");
  add(row, "dt", "", label);
  if (milliseconds === undefined) {
    status.textContent = "Running the same in stages…";
    for (const line of text.split("\n")) add(row, "dd", "", line);
    return;
  }
  add(row, "dd", "units", `${inUnits(milliseconds)} units`);
  add(row, "dd", "how", text);
  addBar(add(row, "dd", "chart"), 0, milliseconds, scale.results);
}

export function close(): void {
  status.textContent = "Done.";
}
