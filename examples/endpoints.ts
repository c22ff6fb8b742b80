// The server of the dashboard: ten endpoints that need one another's answers, and take as long as such endpoints do.
import { setTimeout as pause } from "node:timers/promises";

interface Endpoint {
  /** Whose answers it has to be told, as parameters. */
  needs: string[];
  /** Milliseconds. */
  takes: number;
  says: string;
}

const endpoints: Record<string, Endpoint> = {
  session: { needs: [], takes: 80, says: "signed in" },
  user: { needs: ["session"], takes: 120, says: "Ada Lovelace" },
  settings: { needs: ["user"], takes: 90, says: "metric, English" },
  messages: { needs: ["user"], takes: 150, says: "3 unread" },
  permissions: { needs: ["user"], takes: 180, says: "may edit and publish" },
  team: { needs: ["user"], takes: 140, says: "Engines, 7 people" },
  projects: { needs: ["team"], takes: 260, says: "4 projects" },
  activity: { needs: ["team", "settings"], takes: 350, says: "12 changes today" },
  invoices: { needs: ["team", "permissions"], takes: 300, says: "2 open" },
  statistics: { needs: ["projects"], takes: 420, says: "98 % on time" },
};

/** What has become of the requests, by the load that they belong to. */
const requests = new Map<string | null, { open: number; answered: number; abandoned: number }>();

/**
 * Answers `GET /api/team?user=…&scale=1&load=…`, where latencies are multiplied by `scale`, and `GET /requests?load=…`,
 * which tells what has become of the requests of a load.
 */
export async function answer(request: Request): Promise<Response | undefined> {
  const { pathname, searchParams } = new URL(request.url);
  const load = searchParams.get("load");
  const counts = requests.get(load) ?? { open: 0, answered: 0, abandoned: 0 };
  if (pathname === "/requests") return Response.json(counts);
  const endpoint = endpoints[pathname.replace("/api/", "")];
  if (!endpoint || !pathname.startsWith("/api/")) return undefined;
  const missing = endpoint.needs.filter((name) => !searchParams.get(name)?.startsWith(name));
  if (missing.length > 0) return new Response(`Cannot answer without ${missing.join(" and ")}`, { status: 400 });
  requests.set(load, counts);
  counts.open++;
  try {
    await pause(endpoint.takes * Number(searchParams.get("scale") ?? 1), undefined, { signal: request.signal });
    counts.answered++;
    return Response.json({ id: `${pathname.replace("/api/", "")}-1`, text: endpoint.says });
  } catch (error) {
    counts.abandoned++;
    console.log(`The server ends ${pathname}: nobody waits for it`);
    throw error;
  } finally {
    counts.open--;
  }
}
