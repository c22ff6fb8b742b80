/** The examples as people run them: in a process of their own, of the runtime that runs the spec. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";

const root = fileURLToPath(new URL("../../", import.meta.url));

export interface Example {
  /** All that was printed until now. */
  readonly output: string;
  /** Settles when the output holds `text`; rejects when it ends without. */
  printed(text: string): Promise<void>;
  /** How the process ended: its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  interrupt(): void;
}

export function start(file: string, args: string[], env: Record<string, string>): Example {
  const child = spawn(process.execPath, [...args, `examples/${file}`], {
    cwd: root,
    env: { ...process.env, ...env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const listeners = new Set<() => void>();
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      for (const listener of listeners) listener();
    });
  }
  // One that hangs is not to outlive the spec.
  const limit = setTimeout(() => process.kill(child.pid!, "SIGKILL"), 120_000);
  const ended = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(limit);
      resolve(code ?? signal!);
    });
  });
  return {
    get output() {
      return output;
    },
    printed: (text) =>
      new Promise((resolve, reject) => {
        const listener = (): void => {
          if (!output.includes(text)) return;
          listeners.delete(listener);
          resolve();
        };
        listeners.add(listener);
        listener();
        void ended.then(() => reject(new Error(`It ended without having printed ${text}:\n${output}`)));
      }),
    ended,
    // After child.kill Deno says that the signal ended the process, however it ended.
    interrupt: () => {
      if (child.exitCode === null && child.signalCode === null) process.kill(child.pid!, "SIGINT");
    },
  };
}

/** What each step of the pipeline takes: its inputs come before it, whatever the clock does. */
const inputs: Record<string, string[]> = {
  a1: [],
  a2: [],
  b1: [],
  b2: [],
  c1: [],
  c2: [],
  ca: ["a1", "a2"],
  cb: ["b1", "b2"],
  cc: ["c1", "c2"],
  cab: ["ca", "cb"],
  "strip(ca)": ["ca"],
  "strip(cab)": ["cab"],
  "strip(cc)": ["cc"],
  upload: ["strip(ca)", "strip(cab)", "strip(cc)"],
};

/** Checks that each step has ended, and after what it takes. */
function checkOrder(ended: string[]): void {
  assert.equal([...ended].sort(), Object.keys(inputs).sort());
  for (const [step, names] of Object.entries(inputs)) {
    for (const name of names) {
      assert.ok(ended.indexOf(name) < ended.indexOf(step), `${name} comes before ${step} in ${ended.join(", ")}`);
    }
  }
}

/** Before each step on the critical path comes the one of its inputs that ended last. */
function criticalPath(ended: string[]): string {
  const path = ["upload"];
  for (let names = inputs["upload"]!; names.length > 0; names = inputs[path[0]!]!) {
    path.unshift(names.reduce((a, b) => (ended.indexOf(a) > ended.indexOf(b) ? a : b)));
  }
  return path.join(" → ");
}

export const uploaded = [
  "A task starts when its own arguments are there",
  "A task starts when its own arguments are there, whatever the others are doing",
  "Nothing awaits anything but the end",
];

const lines = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, part]) => part!);

/** Tests of the examples in a terminal; `args` go before the file. */
export function testExamples(args: string[], env: Record<string, string> = {}): void {
  const test = suite("examples");

  test("the pipeline uploads the text, and tells what its time was spent on", async () => {
    const example = start("pipeline.ts", args, { ...env, UNIT: "20" });
    assert.is(await example.ended, 0, example.output);
    const { output } = example;
    const ended = lines(output, /^ *\d+\.\d (\S+) .*━$/gm);
    checkOrder(ended);
    assert.ok(output.includes(`Uploaded:\n  ${uploaded.join("\n  ")}\n`), output);
    assert.equal(lines(output, /^Critical path +\d+\.\d units +(.*)$/gm), [criticalPath(ended)]);
    assert.ok(output.includes("Wrote dag.html"), output);
    assert.equal(lines(output, /^(Took|In stages|One by one) +\d+\.\d units /gm), ["Took", "In stages", "One by one"]);
  });

  test("the pipeline prints each step as it ends, and stops on Ctrl-C", async () => {
    // Half a unit until then, and eight more to the end.
    const example = start("pipeline.ts", args, { ...env, UNIT: "2000" });
    await example.printed("b2");
    assert.not.match(example.output, "upload");
    example.interrupt();
    assert.ok(["SIGINT", 130].includes(await example.ended), example.output);
    assert.not.match(example.output, "upload");
  });

  test("the pipeline refuses a unit that is no time", async () => {
    const example = start("pipeline.ts", args, { ...env, UNIT: "soon" });
    assert.is(await example.ended, 1);
    assert.match(example.output, "Cannot take soon for UNIT: expected the milliseconds of a unit of time");
  });

  test("the crawler follows links until it has found enough", async () => {
    const example = start("crawl.ts", args, { ...env, UNIT: "30", PAGES: "12" });
    assert.is(await example.ended, 0, example.output);
    const { output } = example;
    const pages = lines(output, /^ +\d+ {2}Page (\d+)$/gm).map(Number);
    // A page may have been on its way when the twelfth came, but none is taken after that.
    assert.is(pages.length, 12, output);
    assert.is(new Set(pages).size, 12, output);
    pages.forEach((page, at) => {
      const linked = [Math.floor(page / 2), page + 1].some((from) => pages.slice(0, at).includes(from));
      assert.ok(at === 0 ? page === 1 : linked, `page ${page} was linked from one before it:\n${output}`);
    });
    assert.match(output, "Stopped: 12 pages are enough\n");
    assert.match(output, "0 are still open\n");
  });

  test("the crawler ends its requests at the server on Ctrl-C", async () => {
    const example = start("crawl.ts", args, { ...env, UNIT: "500", PAGES: "1000" });
    // From page 2 on there are always some more on their way.
    await example.printed("Page 2");
    example.interrupt();
    assert.is(await example.ended, 0, example.output);
    const { output } = example;
    const ended = lines(output, /the server ends (\/pages\/\d+): nobody waits for it\n/g);
    assert.ok(ended.length > 0, output);
    assert.match(output, ` ${ended.length} abandoned, 0 are still open\n`);
    const [, after] = output.split("Stopped: Ctrl-C was pressed\n");
    assert.ok(after !== undefined, output);
    assert.not.match(after, "Page ");
  });

  test.run();
}
