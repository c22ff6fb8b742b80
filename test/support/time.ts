/** Has the platform's clock stand still at a time until `body` has ended. */
export async function stopTime<T>(body: (setTime: (ms: number) => void) => Promise<T>): Promise<T> {
  let time = 1000;
  const own = Object.getOwnPropertyDescriptor(performance, "now");
  Object.defineProperty(performance, "now", { configurable: true, value: () => time });
  try {
    return await body((ms) => {
      time = 1000 + ms;
    });
  } finally {
    if (own) Object.defineProperty(performance, "now", own);
    else Reflect.deleteProperty(performance, "now");
  }
}
