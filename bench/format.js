import { markdownTable } from "markdown-table";

/** A table whose first column is text, and whose others are numbers unless told. */
export function table(head, rows, others = "r") {
  return markdownTable([head, ...rows], { align: ["l", ...head.slice(1).map(() => others)] });
}

/** Three digits at least, and none after the point from 100 on. */
export function number(value) {
  if (value === undefined) return "–";
  return value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3);
}

/** A ratio with its interval. */
export function interval(estimate) {
  if (estimate === undefined) return "–";
  const [value, low, high] = [estimate.value, estimate.low, estimate.high].map((n) => n.toFixed(n < 0.095 ? 3 : n < 10 ? 2 : 1));
  return `${value} (${low}–${high})`;
}
