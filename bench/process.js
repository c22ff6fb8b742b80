// A plan comes in as an argument, and what was measured goes out as the last line.
import { carryOut } from "./worker.js";

// What a peer throws out of reach of its caller must not end the run: its result is missing then, which is told.
process.on("uncaughtException", () => {});
process.on("unhandledRejection", () => {});

console.log(JSON.stringify(await carryOut(JSON.parse(process.argv[2]))));
process.exit();
