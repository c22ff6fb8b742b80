// What the documents say of files, headings and versions.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { root } from "../runner/runtimes.ts";

const test = suite("documents");

const read = (path: string): string => readFileSync(root + path, "utf8");

const documents = [
  ...["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "test/README.md", "bench/README.md"],
  ...readdirSync(`${root}docs`).filter((name) => name.endsWith(".md")).map((name) => `docs/${name}`),
];

/** The names by which GitHub links to headings. */
const anchors = (text: string): string[] =>
  Array.from(text.matchAll(/^#+ (.+)$/gm), ([, heading = ""]) =>
    heading.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, "").trim().replaceAll(" ", "-"),
  );

const withoutCode = (text: string): string => text.replaceAll(/^```[^]*?^```$/gm, "").replaceAll(/`[^`\n]*`/g, "");

for (const document of documents) {
  test(`${document} links to what is there`, () => {
    const broken: string[] = [];
    for (const [, target = ""] of withoutCode(read(document)).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [path = "", anchor] = target.split("#");
      const file = path ? posix.join(posix.dirname(document), path) : document;
      if (!existsSync(root + file) || (anchor && !anchors(read(file)).includes(anchor))) broken.push(target);
    }
    assert.equal(broken, []);
  });
}

test("the documents name the package's own version on CDNs", () => {
  const { version } = JSON.parse(read("package.json")) as { version: string };
  const named = documents.flatMap((path) => Array.from(read(path).matchAll(/\/aiodag@([^/\s"]+)/g), ([, found]) => found));
  assert.ok(named.length > 0);
  assert.equal([...new Set(named)], [version]);
});

test.run();
