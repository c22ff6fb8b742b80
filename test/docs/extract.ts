// Finds the code blocks of the documents and of doc comments.
//
// A block is a module of its own, unless a comment right above it says otherwise:
//   <!-- continues -->          goes on where the block before ended
//   <!-- before: code -->       code that comes first, and is not shown
//   <!-- after: code -->        right below: code that comes last, and is not shown
// In doc comments none is needed: what is taken for granted is in globals.ts.
// A table with the columns Python and TypeScript is a block too: the lines of its second column.
import { readFileSync } from "node:fs";
import { root } from "../runner/runtimes.ts";

export interface Block {
  /** Where it stands, as `README.md:12`. */
  place: string;
  language: string;
  code: string;
}

const fence =
  /(?:^<!--(?<comment>(?:(?!-->)[^])*)-->\n+)?^(?<indent> *)```(?<language>\w*)[^\n]*\n(?<code>[^]*?)^\k<indent>```$(?:\n+<!-- after:(?<after>(?:(?!-->)[^])*)-->)?/gm;

const table = /^\| Python \| TypeScript \|\n\|.*\n(?<rows>(?:\|.*\n)+)(?:\n+<!-- after:(?<after>(?:(?!-->)[^])*)-->)?/gm;

/** What stands in backticks in the last cell of a row. */
function lastCell(row: string): string {
  const cell = row.replaceAll("\\|", "\0").split("|").at(-2) ?? "";
  return (/`(.*)`/.exec(cell)?.[1] ?? "").replaceAll("\0", "|");
}

const lineAt = (text: string, index: number): number => text.slice(0, index).split("\n").length;

function inMarkdown(text: string, place: (line: number) => string): Block[] {
  const blocks: Block[] = [];
  for (const match of text.matchAll(fence)) {
    const { comment = "", indent = "", language = "", code = "", after = "" } = match.groups!;
    const line = lineAt(text, match.index + match[0].indexOf("```"));
    const block = { place: place(line), language, code: code.replaceAll(new RegExp(`^${indent}`, "gm"), "") };
    const remark = comment.trim();
    if (remark === "continues") {
      const previous = blocks.pop();
      if (previous) block.code = `${previous.code}\n${block.code}`;
    } else if (remark.startsWith("before:")) block.code = `${remark.slice(7).trim()}\n${block.code}`;
    if (after) block.code += `${after.trim()}\n`;
    blocks.push(block);
  }
  for (const { index, groups } of text.matchAll(table)) {
    const code = [...groups!["rows"]!.trimEnd().split("\n").map(lastCell), groups!["after"]?.trim() ?? ""].join("\n");
    blocks.push({ place: place(lineAt(text, index)), language: "ts", code });
  }
  return blocks;
}

export function extract(path: string): Block[] {
  const text = readFileSync(root + path, "utf8");
  if (path.endsWith(".md")) return inMarkdown(text, (line) => `${path}:${line}`);
  return Array.from(text.matchAll(/\/\*\*[^]*?\*\//g)).flatMap(({ 0: comment, index }) => {
    const above = text.slice(0, index).split("\n").length - 1;
    return inMarkdown(comment.replaceAll(/^ *\* ?/gm, ""), (line) => `${path}:${above + line}`);
  });
}
