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
import { programs, root, title, type Program } from "./runner/runtimes.ts";
import type { Subject } from "./support/runtime.ts";

const { values: options } = parseArgs({
  options: { only: { type: "string" }, subject: { type: "string" }, spec: { type: "string" } },
});

const wanted = (choice: string | undefined, name: string): boolean => !choice || choice.split(",").includes(name);

// What is tested from outside a page is the same, whichever Node does so.
const [oldest] = programs as [Program, ...Program[]];

const subjects = (["source", "dist", "min"] satisfies Subject[]).filter((subject) => wanted(options.subject, subject));

// What a page loads is what was built, unless one asks for more.
const built = options.subject ? subjects : subjects.filter((subject) => subject !== "source");

// A collection takes as long as the heap is large, so these come before all that makes it so.
const collects = (path: string): boolean => path.includes("memory");

/** The specs of folders, and of their folders `once`: for these one subject is enough, unless one asks for others. */
function specs(folders: string[], subject: Subject): string[] {
  const isEnough = options.subject !== undefined || subject === "dist";
  return folders
    .flatMap((folder) => (isEnough ? [folder, `${folder}/once`] : [folder]))
    .filter((folder) => existsSync(root + folder))
    .flatMap((folder) => readdirSync(root + folder).map((name) => `${folder}/${name}`))
    .filter((path) => path.endsWith(".spec.ts") && path.includes(options.spec ?? ""))
    .sort((a, b) => Number(collects(b)) - Number(collects(a)));
}

function specJobs(id: string, folders: string[], name: () => string, run: (plan: Plan) => Promise<Outcome[]>, on = subjects): Job[] {
  const plans = on.map((subject) => ({ subject, files: specs(folders, subject) })).filter(({ files }) => files.length > 0);
  if (!wanted(options.only, id) || plans.length === 0) return [];
  const group = name();
  return plans.map((plan) => ({ group, part: plan.subject, run: async () => ({ outcomes: await run(plan) }) }));
}

const started = performance.now();
install(new URL("runtimes/", import.meta.url), "runtimes for the tests");
lowerDecorators();
if (wanted(options.only, "browser") || wanted(options.only, "pages")) locateChromium();

const jobs: Job[] = [
  ...[types, lint, size, packages, docs, runner, tools]
    .filter(({ id }) => (options.only ? wanted(options.only, id) : !options.spec))
    .map((check) => ({ group: "Checks", part: check.id, run: check.run })),
  ...programs.flatMap((program) =>
    specJobs(program.id, ["test", `test/${program.kind}`], () => title(program), (plan) => runInProcess(program, plan)),
  ),
  ...specJobs("browser", ["test", "test/browser"], () => "Chromium", (plan) => runInBrowser(plan)),
  ...specJobs("pages", ["test/pages"], () => "Pages", (plan) => runInProcess(oldest, plan), built),
];

process.exitCode = (await runJobs(jobs, started)) ? 0 : 1;
