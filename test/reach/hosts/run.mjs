// run.mjs <address of the library> <module of hosts>: prints what came of each host, as JSON on the last line.
import process from "node:process";
import { runHosts } from "./main.mjs";

const [library, list] = process.argv.slice(2);

// A host that refuses leaves failures alone.
process.on("unhandledRejection", () => {});

const { task } = await import(library);
const { hosts } = await import(list);

console.log(`\n${JSON.stringify(await runHosts(task, hosts))}`);
process.exit();
