/** Milliseconds on the clock that the platform's own timelines use. */
export const now = (): number => performance.now();
