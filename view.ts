/**
 * Defines the element `<aiodag-view>`, which shows tasks as they run in a page. It can be imported where there is no
 * DOM, and more than once.
 *
 * @module
 */
import { define } from "./src/view/element.ts";

define();

export { AiodagView } from "./src/view/element.ts";
