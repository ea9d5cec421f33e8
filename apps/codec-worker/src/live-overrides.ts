/** What operators say of single nodes over the consoles, on top of what the configuration says of them. */
import { isContactType } from '@cotbus/codec';
import type { NodeOverride } from '@cotbus/codec';
import type { Bus } from '@cotbus/service';
import type { NodeOverride as SaidOverride } from '@cotbus/contracts';

/** Nodes with an override; a county has fewer. */
const MAX_NODES = 1000;
/** As in the configuration. */
const MAX_TEXT = 64;

/**
 * The overrides of all nodes, as they are now.
 * @param configured by node number
 */
export const followOverrides = async (
  bus: Bus,
  configured: ReadonlyMap<number, NodeOverride>,
): Promise<ReadonlyMap<number, NodeOverride>> => {
  const nodes = new Map(configured);
  const said = new Set<number>();
  await bus.subscribe('override', {}, (message, { num: level }) => {
    const num = Number.parseInt(level, 16);
    const fields = message === undefined ? {} : fieldsOf(message);
    const own = configured.get(num);
    said.delete(num);
    if (Object.keys(fields).length > 0 && said.size < MAX_NODES) {
      said.add(num);
      nodes.set(num, { ...own, ...fields });
    } else if (own === undefined) nodes.delete(num);
    else nodes.set(num, own);
  });
  return nodes;
};

/** What is empty, too long, or no type of a contact says nothing. */
const fieldsOf = ({ callsign, team, role, type }: SaidOverride): Partial<NodeOverride> =>
  Object.fromEntries(
    Object.entries({ callsign, team, role, type: isContactType(type) ? type : '' }).filter(
      ([, text]) => text.trim() !== '' && text.length <= MAX_TEXT,
    ),
  );
