// Requires every entry that is named on the command line, and prints what came of it.
const names = process.argv.slice(2);

const attempt = (name) => {
  try {
    return Object.keys(require(name)).filter((key) => key !== "__esModule").sort();
  } catch (error) {
    return error.code;
  }
};

(async () => {
  const required = Object.fromEntries(names.map((name) => [name, attempt(name)]));
  let same = null;
  const { task } = await import("aiodag");
  if (Array.isArray(required.aiodag)) same = require("aiodag").task === task;
  console.log(JSON.stringify({ required, same, imported: await task(() => 1)() }));
})();
