// Hosts in a page; those that take no thenables by the rules of WebIDL would be the first of their kind.
const wasm = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);

export const hosts = {
  "navigator.locks.request": (give) => navigator.locks.request("reach", () => give("locked")),
  "document.startViewTransition": async (give) => {
    let ran = false;
    const transition = document.startViewTransition(() => give().then(() => { ran = true; }));
    await transition.updateCallbackDone;
    transition.skipTransition();
    return ran;
  },
  "scheduler.postTask": (give) => scheduler.postTask(() => give("ran")),
  "WebAssembly.compileStreaming": async (give) => {
    const response = new Response(wasm, { headers: { "content-type": "application/wasm" } });
    return String(await WebAssembly.compileStreaming(give(response)));
  },
  "the navigation API: intercept": async (give) => {
    let ran = false;
    navigation.addEventListener("navigate", (event) => event.intercept({ handler: () => give().then(() => { ran = true; }) }), { once: true });
    await navigation.navigate(`#${Math.random()}`).finished;
    return ran;
  },
  "a web stream's pull": async (give) => {
    const source = new ReadableStream({ pull: (controller) => give().then(() => { controller.enqueue("a"); controller.close(); }) });
    return (await source.getReader().read()).value;
  },
  "new ClipboardItem": (give) => new ClipboardItem({ "text/plain": give("text") }).getType("text/plain").then((blob) => blob.text()),
  "structuredClone(handle)": (give) => {
    try {
      return structuredClone(give(1)) && "cloned";
    } catch (error) {
      return error.name;
    }
  },
};
