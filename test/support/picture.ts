/** What is in a picture of a recording. */
import * as assert from "uvu/assert";
import { boundsOfPath, type Bounds } from "./path.ts";
import type { Element } from "./xml.ts";

export const boxesOf = (svg: Element): Element[] => svg.find("g", "t");
export const idOf = (box: Element): number => Number(box.attributes["data-id"]);
export const outlineOf = (box: Element): string => box.find("path", "o")[0]!.attributes["d"]!;
export const arrowsOf = (svg: Element): Element[] => svg.find("g").filter(({ attributes }) => "data-from" in attributes);

const overlap = (a: Bounds, b: Bounds): boolean => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** Boxes stand apart from each other and within the picture, and every arrow goes from box to box. */
export function checkPlaces(svg: Element): void {
  const [left, top, width, height] = svg.attributes["viewBox"]!.split(" ").map(Number) as [number, number, number, number];
  const boxes = boxesOf(svg).map((box) => ({ id: idOf(box), ...boundsOfPath(outlineOf(box)) }));
  for (const box of boxes) {
    assert.ok(box.left >= left && box.top >= top && box.right <= left + width && box.bottom <= top + height, `#${box.id} is in the picture`);
  }
  boxes.sort((a, b) => a.left - b.left);
  boxes.forEach((box, i) => {
    for (let j = i + 1; j < boxes.length && boxes[j]!.left < box.right; j++) {
      assert.not.ok(overlap(box, boxes[j]!), `#${box.id} and #${boxes[j]!.id} overlap`);
    }
  });
  const byId = new Map(boxes.map((box) => [box.id, box]));
  for (const arrow of arrowsOf(svg)) {
    const from = byId.get(Number(arrow.attributes["data-from"]))!;
    const to = byId.get(Number(arrow.attributes["data-to"]))!;
    const data = arrow.find("path", "e")[0]!.attributes["d"]!;
    const [, x, y] = /^M(\S+) ([^HC]+)/.exec(data)!.map(Number) as [number, number, number];
    assert.ok(Math.abs(x - from.right) < 1 && y > from.top && y < from.bottom, `${data} leaves #${from.id}`);
    const head = arrow.find("path", "h")[0]?.attributes["transform"];
    const end = head === undefined ? arrow.find("circle")[0]!.attributes["cy"] : /translate\(\S+ (\S+)\)/.exec(head)![1];
    assert.ok(Number(end) > to.top && Number(end) < to.bottom, `${data} arrives at #${to.id}`);
  }
}
