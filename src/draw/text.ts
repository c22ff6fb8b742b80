import stringWidth from "string-width";

/** Columns that a text takes in a font in which all letters are of one width: those of some scripts take two. */
export const columns = (text: string): number => stringWidth(text);

/** How wide a column is, in ems: a little more than any common monospaced font has it. */
export const columnWidth = 0.62;

const segmenter = new Intl.Segmenter();

/** A text of at most so many columns, cut off with an ellipsis if it has to be. */
export function fit(text: string, most: number): string {
  // No text needs more code units than this for a column, unless it is made to.
  const start = text.slice(0, most * 16);
  if (start.length === text.length && stringWidth(text) <= most) return text;
  let kept = "";
  let used = 0;
  for (const { segment } of segmenter.segment(start)) {
    const next = stringWidth(segment);
    if (used + next > most - 1) break;
    kept += segment;
    used += next;
  }
  return `${kept}…`;
}

/** A label as its name, and what tells it from others of that name. */
export function splitLabel(label: string, id: number): readonly [name: string, ending: string] {
  const ending = ` #${id}`;
  return label.endsWith(ending) ? [label.slice(0, -ending.length), ending] : [label, ""];
}

/** A label of at most so many columns. What tells it from others of its name, which stands at the end, is not cut off. */
export function fitLabel(label: string, id: number, most: number): string {
  const [whole, ending] = splitLabel(label, id);
  const name = fit(whole, most - ending.length);
  if (ending === "") return name;
  // A name that runs from right to left would have the ending stand before it, and in the wrong order.
  return /^[\x20-\x7e…]*$/.test(name) ? name + ending : `${name}\u200e${ending}`;
}

/** Text for XML and HTML, in content and in attributes between double quotes. Takes what {@linkcode plain} returns. */
export function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;").replaceAll("'", "&#39;");
}
