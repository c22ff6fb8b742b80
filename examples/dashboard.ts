// A dashboard of ten endpoints that need one another's answers, loaded twice at once: by hand, awaiting every answer,
// and by tasks, in which nothing but the end is awaited. ?scale=2 makes the server take twice as long.
import { abortSignal, all, task, type Task } from "aiodag";
import { trace, type Recording } from "aiodag/trace";
import type { AiodagView } from "aiodag/view";

interface Answer {
  id: string;
  text: string;
}

const element = (id: string): HTMLElement => document.getElementById(id)!;
const scale = new URLSearchParams(location.search).get("scale") ?? "1";

/** Names a load to the server, which counts the requests of each. */
let loadId = "";

async function get(name: string, needs: Record<string, Answer>, signal: AbortSignal): Promise<Answer> {
  const parameters = Object.entries(needs).map(([key, { id }]) => [key, id]);
  const response = await fetch(`/api/${name}?${String(new URLSearchParams([...parameters, ["scale", scale], ["load", loadId]]))}`, { signal });
  if (!response.ok) throw new Error(`Cannot load ${name}: ${await response.text()}`);
  return (await response.json()) as Answer;
}

/** As it is often written: every line waits for the one above, whether it needs it or not. */
async function loadByHand(signal: AbortSignal): Promise<void> {
  const show = (name: string, { text }: Answer): void => fill("hand", name, text);
  const session = await get("session", {}, signal);
  show("session", session);
  const user = await get("user", { session }, signal);
  show("user", user);
  const settings = await get("settings", { user }, signal);
  show("settings", settings);
  show("messages", await get("messages", { user }, signal));
  const permissions = await get("permissions", { user }, signal);
  show("permissions", permissions);
  const team = await get("team", { user }, signal);
  show("team", team);
  const projects = await get("projects", { team }, signal);
  show("projects", projects);
  show("activity", await get("activity", { team, settings }, signal));
  show("invoices", await get("invoices", { team, permissions }, signal));
  show("statistics", await get("statistics", { projects }, signal));
}

// The same by tasks. A body that has asked for its signal can be stopped.
const fetchSession = task(async function fetchSession() {
  return get("session", {}, abortSignal());
});
const fetchUser = task(async function fetchUser(session: Answer) {
  return get("user", { session }, abortSignal());
});
const fetchSettings = task(async function fetchSettings(user: Answer) {
  return get("settings", { user }, abortSignal());
});
const fetchMessages = task(async function fetchMessages(user: Answer) {
  return get("messages", { user }, abortSignal());
});
const fetchPermissions = task(async function fetchPermissions(user: Answer) {
  return get("permissions", { user }, abortSignal());
});
const fetchTeam = task(async function fetchTeam(user: Answer) {
  return get("team", { user }, abortSignal());
});
const fetchProjects = task(async function fetchProjects(team: Answer) {
  return get("projects", { team }, abortSignal());
});
const fetchActivity = task(async function fetchActivity(team: Answer, settings: Answer) {
  return get("activity", { team, settings }, abortSignal());
});
const fetchInvoices = task(async function fetchInvoices(team: Answer, permissions: Answer) {
  return get("invoices", { team, permissions }, abortSignal());
});
const fetchStatistics = task(async function fetchStatistics(projects: Answer) {
  return get("statistics", { projects }, abortSignal());
});

// Each card is filled when its own answer is there.
const show = task(function show(name: string, { text }: Answer) {
  fill("tasks", name, text);
});

function loadByTasks(): Task<unknown> {
  const session = fetchSession();
  const user = fetchUser(session);
  const settings = fetchSettings(user);
  const permissions = fetchPermissions(user);
  const team = fetchTeam(user);
  const projects = fetchProjects(team);
  return all([
    show("session", session),
    show("user", user),
    show("settings", settings),
    show("messages", fetchMessages(user)),
    show("permissions", permissions),
    show("team", team),
    show("projects", projects),
    show("activity", fetchActivity(team, settings)),
    show("invoices", fetchInvoices(team, permissions)),
    show("statistics", fetchStatistics(projects)),
  ]);
}

const names = ["session", "user", "settings", "messages", "permissions", "team", "projects", "activity", "invoices", "statistics"];

function fill(side: "hand" | "tasks", name: string, text: string): void {
  const card = element(side).querySelector(`[data-name="${name}"] dd`)!;
  card.textContent = text;
  card.classList.add("there");
}

function empty(side: "hand" | "tasks"): void {
  element(side).replaceChildren(
    ...names.map((name) => {
      const card = document.createElement("div");
      card.dataset["name"] = name;
      card.append(Object.assign(document.createElement("dt"), { textContent: name }));
      card.append(Object.assign(document.createElement("dd"), { textContent: "…" }));
      return card;
    }),
  );
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`;

/** Shows the time that passes until something ends, and how it ended. */
async function time(side: "hand" | "tasks", end: PromiseLike<unknown>): Promise<void> {
  const began = performance.now();
  const own = loadId;
  const label = element(`${side}-time`);
  const tick = setInterval(() => (label.textContent = `${seconds(performance.now() - began)}…`), 50);
  try {
    await end;
    label.textContent = seconds(performance.now() - began);
  } catch (reason) {
    if (own !== loadId) return;
    label.textContent = `${reason instanceof Error && reason.message === aborted ? "aborted" : String(reason)} after ${seconds(performance.now() - began)}`;
    // What has not come by now never will.
    for (const card of element(side).querySelectorAll("dd:not(.there)")) card.textContent = "not loaded";
  } finally {
    clearInterval(tick);
  }
}

const aborted = "You have aborted it";
let stop: () => void = () => {};
let run: Recording | undefined;

async function load(): Promise<void> {
  stop();
  run?.stop();
  const own = (loadId = crypto.randomUUID());
  empty("hand");
  empty("tasks");
  element("status").textContent = "Loading…";
  element("path").textContent = "";
  const recording = trace();
  run = recording;
  view.recording = recording;
  const byHand = new AbortController();
  const handEnd = loadByHand(byHand.signal);
  const tasksEnd = loadByTasks();
  let isAborted = false;
  stop = () => {
    isAborted = true;
    const reason = new Error(aborted);
    byHand.abort(reason);
    tasksEnd.abort(reason);
  };
  abortButton.disabled = false;
  const tasksShown = time("tasks", tasksEnd).then(() => {
    const { criticalPath } = recording.summary();
    const fetched = criticalPath.tasks.filter(({ name }) => name.startsWith("fetch"));
    const path = fetched.map(({ name }) => name.replace("fetch", "").toLowerCase()).join(" → ");
    if (own === loadId) element("path").textContent = `Critical path${isAborted ? " until then" : ""}: ${path}, ${seconds(criticalPath.length)}`;
  });
  await Promise.all([time("hand", handEnd), tasksShown]);
  if (own !== loadId) return;
  if (document.activeElement === abortButton) again.focus();
  abortButton.disabled = true;
  const { answered, abandoned } = await heard(own);
  if (own !== loadId) return;
  // By now the bodies that were aborted have ended as well.
  recording.stop();
  element("status").textContent = isAborted
    ? `You have aborted it. The server has answered ${answered} requests, and has seen ${abandoned} end that nobody waits for any more.`
    : `The server has answered ${answered} requests.`;
}

interface Heard {
  open: number;
  answered: number;
  abandoned: number;
}

/** What the server has heard of a load: that a request was aborted it hears a moment later. */
async function heard(load: string): Promise<Heard> {
  for (;;) {
    const response = await fetch(`/requests?load=${load}`);
    const counts = (await response.json()) as Heard;
    if (counts.open === 0) return counts;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const view = document.querySelector("aiodag-view") as AiodagView;
const abortButton = element("abort") as HTMLButtonElement;
const again = element("again");
abortButton.addEventListener("click", () => stop());
again.addEventListener("click", () => void load());
await load();
