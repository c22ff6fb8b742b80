// The chart of RESULTS.md: each variant's time against the best way by hand, by case and runtime, with its interval.
import { parse, View } from "vega";
import { compile } from "vega-lite";

/**
 * @param {{ runtime: string, case: string, variant: string, value: number, low: number, high: number }[]} points
 * @param {string[]} runtimes in their order
 */
export async function chart(points, runtimes) {
  const names = [...new Set(points.map(({ variant }) => variant))];
  const y = { field: "case", type: "nominal", sort: null, title: null };
  const color = {
    field: "variant",
    type: "nominal",
    title: null,
    scale: { domain: names, range: ["#d1495b", "#7d8597", "#2a9d8f", "#e9a03b"] },
    legend: { orient: "top", symbolType: "circle", symbolSize: 80 },
  };
  const x = {
    type: "quantitative",
    title: "time / time of the best by hand",
    scale: { type: "log", domain: [0.1, 100], clamp: true },
    axis: { values: [0.1, 0.25, 0.5, 1, 2, 4, 10, 25, 100], format: "~g" },
  };
  const { spec } = compile({
    background: "white",
    padding: 12,
    config: { font: "sans-serif", view: { stroke: "#ddd" }, axis: { titleFontWeight: "normal", gridColor: "#eee", domainColor: "#bbb", tickColor: "#bbb" } },
    data: { values: points },
    facet: { field: "runtime", type: "nominal", title: null, sort: runtimes, header: { labelFontWeight: "bold", labelFontSize: 12 } },
    columns: 3,
    spec: {
      width: 230,
      height: 230,
      layer: [
        { mark: { type: "rule", color: "#444" }, encoding: { x: { datum: 1 } } },
        { mark: { type: "rule", strokeWidth: 2, opacity: 0.6 }, encoding: { x: { ...x, field: "low" }, x2: { field: "high" }, y, color } },
        { mark: { type: "point", filled: true, size: 45, opacity: 1 }, encoding: { x: { ...x, field: "value" }, y, color } },
      ],
    },
  });
  return `${await new View(parse(spec), { renderer: "none" }).toSVG()}\n`;
}
