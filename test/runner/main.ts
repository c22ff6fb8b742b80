// Starts the harness in Node, Deno and Bun; browser.html is its counterpart in a page.
import { run } from "./harness.ts";
import type { Plan } from "./protocol.ts";

await run(JSON.parse(process.argv[2]!) as Plan);
