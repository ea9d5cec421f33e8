/** How long to wait before trying again. */

export interface BackoffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Endless waits in milliseconds: doubling from `firstMs` to `maxMs`, each shortened by up to a half so that many do not try at once. */
export function* backoff({ firstMs, maxMs, random }: BackoffOptions): Generator<number, never> {
  for (let ms = Math.min(firstMs, maxMs); ; ms = Math.min(ms * 2, maxMs)) yield Math.round(ms * (1 - random() / 2));
}
