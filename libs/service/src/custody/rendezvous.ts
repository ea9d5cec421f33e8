/**
 * Rule 10: every worker assembles every transfer; a rendezvous hash decides who publishes the whole first. It only saves
 * work: two that disagree cost a duplicate.
 */

/** FNV-1a, 32 bits, then mixed: it only has to spread. */
const hash = (text: string): number => {
  let bits = 0x811c9dc5;
  for (const letter of text) bits = Math.imul(bits ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  return (bits ^ (bits >>> 13)) >>> 0;
};

/** The workers in the order in which they should publish; every worker finds the same order, whoever else is missing. */
export const rendezvous = (transfer: string, workers: readonly string[]): string[] =>
  workers
    .map((worker) => ({ worker, weight: hash(`${transfer}\n${worker}`) }))
    .sort((a, b) => b.weight - a.weight || (a.worker < b.worker ? -1 : 1))
    .map(({ worker }) => worker);
