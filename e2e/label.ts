/** How the harness knows what it sent: a number that travels inside uid, callsign or text through every dialect. */

/** `rx`: from a mesh to TAK. `tx`: from TAK to a mesh. */
export type Direction = 'rx' | 'tx';

/** Such as `rx-17`. */
export type Label = `${Direction}-${number}`;

export const labelText = (direction: Direction, number: number): Label => `${direction}-${number}`;

/** The first label in a text. */
export const findLabel = (text: string): Label | undefined => {
  const [, direction, number] = /\b([rt]x)-(\d{1,9})\b/.exec(text) ?? [];
  return direction === undefined ? undefined : labelText(direction as Direction, Number(number));
};

export const labelNumber = (label: Label): number => Number(label.slice(3));

/** Of things that go this way. */
export const isOn =
  (direction: string) =>
  (label: Label | undefined): label is Label =>
    label?.startsWith(direction) === true;
