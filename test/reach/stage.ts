import type { Check } from "../checks/check.ts";
import type { Registry } from "./support/registry.ts";

/** What is run at once, and reported as one line. */
export interface Job {
  group: string;
  part: string;
  /** Said to `--only`, beside the stage's own. */
  id?: string;
  run: Check["run"];
}

export interface Stage {
  id: string;
  /** `wanted` says whether a job with an id is going to be run. */
  jobs(registry: Registry, wanted: (id: string) => boolean): Job[] | Promise<Job[]>;
}
