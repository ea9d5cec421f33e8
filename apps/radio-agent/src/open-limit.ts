/** How long an attempt to open may take. */

export interface OpenLimit {
  /** Aborted when the time is over, or the attempt is given up. */
  readonly signal: AbortSignal;
  /** To be called when the attempt has ended. */
  end(): void;
}

/**
 * AbortSignal.any would leave a trace of each attempt at the signal it is made of, and that one lives as long as the process.
 * @param signal given up
 */
export const openLimit = (signal: AbortSignal, ms: number): OpenLimit => {
  const limit = new AbortController();
  const abort = (): void => limit.abort();
  const timer = setTimeout(abort, ms);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return {
    signal: limit.signal,
    end: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    },
  };
};
