// Writes the pictures of the pipeline into the documents: `node --import tsx scripts/pictures.ts`. With `--check` it
// only says which are not current. A picture is the code block below a comment like <!-- picture: waterfall -->, or
// the file docs/pipeline.svg.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { task } from "../mod.ts";
import { createClock } from "../test/support/clock.ts";
import { stopTime } from "../test/support/time.ts";
import { toSVG } from "../draw.ts";
import { toMermaid, toWaterfall, trace, type Recording } from "../trace.ts";

const documents = ["README.md", "docs/trace.md"];
/** Milliseconds. */
const unit = 250;

/** The pipeline of the example on a clock that takes no time, so that it takes as long as it says. */
function recordPipeline(): Promise<Recording> {
  return stopTime(async (setTime) => {
    const clock = createClock((units) => setTime(units * unit));
    const part = (name: string, units: number): Promise<string> =>
      task({ name })(async () => {
        await clock.sleep(units);
        return name;
      })();
    const concatenate = task(async function concatenate(left: string, right: string) {
      await clock.sleep(1);
      return left + right;
    });
    const strip = task(async function strip(text: string) {
      await clock.sleep(1);
      return text.replaceAll(/\d/g, "");
    });
    const upload = task(async function upload(..._texts: string[]) {
      await clock.sleep(1);
    });

    const run = trace();
    const ca = concatenate(part("a1", 1), part("a2", 2));
    const cb = concatenate(part("b1", 4), part("b2", 0.5));
    const cc = concatenate(part("c1", 6), part("c2", 3.5));
    const cab = concatenate(ca, cb);
    void upload(strip(ca), strip(cab), strip(cc));
    await clock.run();
    await run.idle();
    run.stop();
    return run;
  });
}

const run = await recordPipeline();
const pictures: Record<string, string> = {
  waterfall: `\`\`\`text\n${toWaterfall(run)}\`\`\``,
  mermaid: `\`\`\`mermaid\n${toMermaid(run)}\`\`\``,
};

const old: string[] = [];

/** Writes a file, unless it is to be checked only, and notes that it was not current. */
function write(path: string, text: string): void {
  const url = new URL(`../${path}`, import.meta.url);
  if (existsSync(url) && readFileSync(url, "utf8") === text) return;
  old.push(path);
  if (!process.argv.includes("--check")) writeFileSync(url, text);
}

write("docs/pipeline.svg", toSVG(run));
for (const path of documents) {
  const url = new URL(`../${path}`, import.meta.url);
  if (!existsSync(url)) continue;
  const text = readFileSync(url, "utf8");
  const current = text.replaceAll(/(<!-- picture: (\w+) -->\n+)```[^]*?\n```/g, (block, comment: string, name: string) => {
    const picture = pictures[name];
    if (picture === undefined) throw new Error(`Cannot draw ${name} for ${path}: expected ${Object.keys(pictures).join(" or ")}`);
    return comment + picture;
  });
  write(path, current);
}

if (old.length > 0 && process.argv.includes("--check")) {
  process.stderr.write(`The pictures in ${old.join(" and ")} are not current: run node --import tsx scripts/pictures.ts\n`);
  process.exitCode = 1;
}
