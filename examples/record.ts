// Notes of every step when it starts and ends, and what it waits for. The library tells: nothing is added to a task.
import { Task } from "aiodag";
import { observeTasks } from "../src/observer.ts";

export interface Step {
  /** What the handle is called, once it has been given a name. */
  name: string;
  /** The function that was wrapped. */
  task: string;
  inputs: Step[];
  /** Milliseconds since the recording began. */
  start: number;
  end: number;
  failed: boolean;
}

export interface Recording {
  /** Calls steps what the variables are called that hold their handles. */
  name(handles: Record<string, Task<unknown>>): void;
  /** Ends the recording; gives the steps in the order in which they ended. */
  stop(): Step[];
}

/** Records the tasks that are called from now on, and tells of each as it ends. */
export function record(ended: (step: Step) => void): Recording {
  const steps = new Map<unknown, Step>();
  const done: Step[] = [];
  const began = performance.now();
  const now = (): number => performance.now() - began;

  const stop = observeTasks(Task, {
    invoked(handle, { name }) {
      steps.set(handle, { name, task: name, inputs: [], start: NaN, end: NaN, failed: false });
    },
    edge(handle, input) {
      const step = steps.get(input);
      if (step) steps.get(handle)?.inputs.push(step);
    },
    started(handle) {
      const step = steps.get(handle);
      if (step) step.start = now();
    },
    settled(handle) {
      const step = steps.get(handle);
      if (!step) return;
      step.end = now();
      step.failed = (handle as unknown as Task<unknown>).status === "rejected";
      done.push(step);
      ended(step);
    },
  });

  return {
    name(handles) {
      for (const [name, handle] of Object.entries(handles)) {
        const step = steps.get(handle);
        if (step) step.name = name;
      }
    },
    stop() {
      stop();
      return done;
    },
  };
}

/** What the end had to wait for: before each step the one of its inputs that came last. */
export function criticalPath(end: Step): Step[] {
  const path = [end];
  let { inputs } = end;
  while (inputs.length > 0) {
    const last = inputs.reduce((a, b) => (b.end > a.end ? b : a));
    path.unshift(last);
    ({ inputs } = last);
  }
  return path;
}

/** The time that steps take one after another, in milliseconds. */
export function sum(steps: Step[]): number {
  return steps.reduce((time, { start, end }) => time + end - start, 0);
}
