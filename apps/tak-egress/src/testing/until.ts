/** Waits for something that real sockets bring about. */
const WAIT_MS = 20_000;
const LOOK_MS = 5;

/** @throws Error naming `what` when it does not come. */
export const until = async <T>(
  what: string,
  find: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> => {
  const end = performance.now() + WAIT_MS;
  for (;;) {
    const found = await find();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > end) throw new Error(`no ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, LOOK_MS);
    });
  }
};
