import type { Job as AnyJob } from "../runner/jobs.ts";
import type { Registry } from "./support/registry.ts";

export interface Job extends AnyJob {
  /** Said to `--only`, beside the stage's own. */
  id?: string;
}

export interface Stage {
  id: string;
  /** `wanted` says whether a job with an id is going to be run. */
  jobs(registry: Registry, wanted: (id: string) => boolean): Job[] | Promise<Job[]>;
}
