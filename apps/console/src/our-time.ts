/**
 * When something was, by the console's clock. `atMs` is what another clock said, `behindMs` how far that one is behind.
 * Whatever was sent, the result is a time between 1970 and now.
 */
export const ourTime = (atMs: number, behindMs: number, nowMs: number): number => {
  const ms = atMs + behindMs;
  return Number.isFinite(ms) ? Math.min(Math.max(0, ms), nowMs) : nowMs;
};
