/** The URL or path of the file whose code throws when it is called, whatever source maps say of it. */
export function fileThatThrows(call: () => unknown): string {
  const own = Object.getOwnPropertyDescriptor(Error, "prepareStackTrace");
  let file: string | null | undefined;
  Object.defineProperty(Error, "prepareStackTrace", {
    configurable: true,
    value: (_: unknown, sites: NodeJS.CallSite[]) => {
      file = sites[0]?.getFileName();
      return "";
    },
  });
  try {
    call();
  } catch (error) {
    // V8 and Bun make a stack when it is first read, or before: with the function that is there by then.
    void (error as Error).stack;
  } finally {
    if (own) Object.defineProperty(Error, "prepareStackTrace", own);
    else Reflect.deleteProperty(Error, "prepareStackTrace");
  }
  if (!file) throw new Error("Cannot tell which file throws: expected an error with a stack");
  return file.replaceAll("\\", "/");
}
