/** XML as a tree, by a parser that takes nothing that is not well-formed. */
import { SaxesParser } from "saxes";

export class Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[] = [];
  /** Its own text, without that of its children. */
  text = "";

  constructor(name: string, attributes: Record<string, string>) {
    this.name = name;
    this.attributes = attributes;
  }

  get classes(): string[] {
    return (this.attributes["class"] ?? "").split(" ");
  }

  /** The element and all within it, in the order of the document. */
  all(): Element[] {
    return [this, ...this.children.flatMap((child) => child.all())];
  }

  find(name: string, className?: string): Element[] {
    return this.all().filter((element) => element.name === name && (className === undefined || element.classes.includes(className)));
  }
}

/** Parses a document; throws what is wrong with it. */
export function parse(text: string): Element {
  const parser = new SaxesParser();
  const open: Element[] = [];
  let root: Element | undefined;
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, attributes }) => {
    const element = new Element(name, attributes as Record<string, string>);
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on("text", (piece) => {
    const element = open.at(-1);
    if (element) element.text += piece;
  });
  parser.on("closetag", () => void open.pop());
  parser.write(text).close();
  return root!;
}
