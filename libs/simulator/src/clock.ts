/** Time as the simulator needs it; any clock with these three will do, real or fake. */
export interface SimulatorClock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls once after `ms`. @returns cancels it. */
  after(ms: number, call: () => void): () => void;
  /** Calls every `ms`. @returns ends it. */
  every(ms: number, call: () => void): () => void;
}
