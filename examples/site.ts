// A site without end for the crawler: page n links to pages 2n, 2n + 1 and n - 1, and takes its time.
import { setTimeout as pause } from "node:timers/promises";

export interface Page {
  title: string;
  /** Paths on the same site. */
  links: string[];
}

/** What has become of the requests so far. */
export const requests = { open: 0, answered: 0, abandoned: 0 };

/** Answers `GET /pages/7?unit=250`: a page takes a unit of time, in milliseconds, or two. */
export async function answer(request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const n = Number(pathname.replace("/pages/", ""));
  if (!Number.isInteger(n)) return new Response(`There is no ${pathname}`, { status: 404 });
  requests.open++;
  try {
    await pause((1 + (n % 2)) * Number(searchParams.get("unit")), undefined, { signal: request.signal });
    requests.answered++;
    const links = [2 * n, 2 * n + 1, Math.max(1, n - 1)].map((to) => `/pages/${to}`);
    return Response.json({ title: `Page ${n}`, links } satisfies Page);
  } catch (error) {
    requests.abandoned++;
    console.log(`         the server ends ${pathname}: nobody waits for it`);
    throw error;
  } finally {
    requests.open--;
  }
}
