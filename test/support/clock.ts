import { drain } from "./drain.ts";

/** A clock that stands still until it is run: then every sleep ends at its time, without taking any. */
export interface Clock {
  readonly now: number;
  sleep(units: number): Promise<void>;
  /** Ends all sleeps, those too that begin meanwhile, in the order of their times, then of their beginnings. */
  run(): Promise<void>;
}

/** Makes a clock at 0. `onChange` is called whenever the time changes. */
export function createClock(onChange?: (now: number) => void): Clock {
  const sleeps: { until: number; wake: () => void }[] = [];
  let now = 0;
  return {
    get now() {
      return now;
    },
    sleep(units) {
      return new Promise((wake) => sleeps.push({ until: now + units, wake }));
    },
    async run() {
      await drain();
      while (sleeps.length > 0) {
        sleeps.sort((a, b) => a.until - b.until);
        const { until, wake } = sleeps.shift()!;
        now = until;
        onChange?.(now);
        wake();
        await drain();
      }
    },
  };
}
