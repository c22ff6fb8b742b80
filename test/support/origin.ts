/** The URL or path of the file whose code throws when it is called, whatever source maps say of it. */
export function fileThatThrows(call: () => unknown): string {
  const own = Error.prepareStackTrace;
  let file: string | undefined;
  Error.prepareStackTrace = (_, sites) => {
    file = sites[0]?.getScriptNameOrSourceURL() ?? undefined;
    return "";
  };
  try {
    call();
  } catch (error) {
    // Some make a stack with the error, some when it is first read; Firefox and Safari ask nobody how.
    const { stack = "" } = error as Error;
    file ??= /^[^@\n]*@(\S+):\d+:\d+$/m.exec(stack)?.[1];
  } finally {
    Error.prepareStackTrace = own as NonNullable<typeof own>;
  }
  if (!file) throw new Error("Cannot tell which file throws: expected an error with a stack");
  return file;
}
