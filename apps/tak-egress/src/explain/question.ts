/** What somebody asks over the bus, read from the arguments of a command. */
import type { Command } from '@cotbus/contracts';

const MAX_NODES = 16;
const MAX_NAME = 256;
const NODE = /^!([0-9a-f]{8})$/i;

export interface Question {
  readonly ok: true;
  readonly nodes: readonly number[];
  /** A uid or callsign. */
  readonly name: string | undefined;
  /** This link alone. */
  readonly link: string | undefined;
  /** Nobody was named. */
  readonly isOfLinkAlone: boolean;
}

/** @param links names of those that there are */
export const readQuestion = (
  { arguments: given }: Pick<Command, 'arguments'>,
  links: readonly string[],
): Question | { readonly ok: false; readonly text: string } => {
  const { nodes: listed = '', name, link } = given;
  if (link !== undefined && !links.includes(link)) {
    return { ok: false, text: `there is no such link here; there are: ${links.join(', ') || 'none'}` };
  }
  const texts = listed === '' ? [] : listed.split(',');
  const nodes = texts.flatMap((text) => NODE.exec(text)?.[1] ?? []).map((hex) => Number.parseInt(hex, 16));
  if (nodes.length !== texts.length || nodes.length > MAX_NODES || (name ?? '').length > MAX_NAME) {
    return {
      ok: false,
      text: `nodes are at most ${MAX_NODES}, such as !1234abcd, and a name has at most ${MAX_NAME} characters`,
    };
  }
  return { ok: true, nodes, name, link, isOfLinkAlone: nodes.length === 0 && name === undefined };
};
