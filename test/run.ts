// `npm test`: runs the checks, and the specs in every runtime, on the source and on what was built of it.
//
//   npm test -- --only node20,deno,lint --subject source --spec abort
import { existsSync, readdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { install } from "../scripts/install.mjs";
import { docs } from "./checks/docs.ts";
import { lint } from "./checks/lint.ts";
import { packages } from "./checks/package.ts";
import { runner } from "./checks/runner.ts";
import { size } from "./checks/size.ts";
import { tools } from "./checks/tools.ts";
import { types } from "./checks/types.ts";
import { lowerDecorators } from "./fixtures/decorators/lower.ts";
import { runInBrowser } from "./runner/browser.ts";
import { runInProcess } from "./runner/child.ts";
import { locateChromium } from "./runner/chromium.ts";
import { runJobs, type Job } from "./runner/jobs.ts";
import type { Plan } from "./runner/protocol.ts";
import type { Outcome } from "./runner/results.ts";
import { programs, root, title } from "./runner/runtimes.ts";
import type { Runtime, Subject } from "./support/runtime.ts";

const { values: options } = parseArgs({
  options: { only: { type: "string" }, subject: { type: "string" }, spec: { type: "string" } },
});

const wanted = (choice: string | undefined, name: string): boolean => !choice || choice.split(",").includes(name);

const subjects = (["source", "dist", "min"] satisfies Subject[]).filter((subject) => wanted(options.subject, subject));

// Between the oldest and the newest Node, what is published is enough, unless one asks for more.
const between = ["node22", "node24"];

const subjectsIn = (id: string): Subject[] =>
  between.includes(id) && !options.only && !options.subject ? ["dist"] : subjects;

/** The specs for all runtimes, those for one, and those for one that one subject is enough for. */
function specs(kind: Runtime, subject: Subject): string[] {
  return ["test", `test/${kind}`, `test/${kind}/${subject}`]
    .filter((folder) => existsSync(root + folder))
    .flatMap((folder) => readdirSync(root + folder).map((name) => `${folder}/${name}`))
    .filter((path) => path.endsWith(".spec.ts") && path.includes(options.spec ?? ""));
}

function specJobs(id: string, kind: Runtime, name: () => string, run: (plan: Plan) => Promise<Outcome[]>): Job[] {
  const plans = subjectsIn(id).map((subject) => ({ subject, files: specs(kind, subject) })).filter(({ files }) => files.length > 0);
  if (!wanted(options.only, id) || plans.length === 0) return [];
  const group = name();
  return plans.map((plan) => ({ group, part: plan.subject, run: async () => ({ outcomes: await run(plan) }) }));
}

const started = performance.now();
install(new URL("runtimes/", import.meta.url), "runtimes for the tests");
lowerDecorators();
if (wanted(options.only, "browser")) locateChromium();

const jobs: Job[] = [
  ...[types, lint, size, packages, docs, runner, tools]
    .filter(({ id }) => (options.only ? wanted(options.only, id) : !options.spec))
    .map((check) => ({ group: "Checks", part: check.id, run: check.run })),
  ...programs.flatMap((program) => specJobs(program.id, program.kind, () => title(program), (plan) => runInProcess(program, plan))),
  ...specJobs("browser", "browser", () => "Chromium", (plan) => runInBrowser(plan)),
];

process.exitCode = (await runJobs(jobs, started)) ? 0 : 1;
