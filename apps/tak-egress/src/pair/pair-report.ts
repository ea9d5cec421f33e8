/** What an instance of a pair says of itself in its status. */
import { create } from '@bufbuild/protobuf';
import { LinkState, LinkStatusSchema } from '@cotbus/contracts';
import type { ServiceContext } from '@cotbus/service';
import type { Lease } from './lease.ts';

const LINK = 'pair';

const said = new WeakMap<Lease, string>();

export const reportPair = ({ status }: ServiceContext, lease: Lease, name: string, other: string): void => {
  const isActive = lease.role === 'active';
  const isReady = isActive ? lease.isPaired : lease.canTakeOver;
  const text = `${lease.role} ${String(isReady)} ${String(lease.isDiverged)}`;
  if (said.get(lease) === text) return;
  said.set(lease, text);
  const lastError = isReady ? '' : whatIsMissing(lease, name, other);
  const state = isReady ? LinkState.OPEN : LinkState.OPENING;
  status.setLink(
    create(LinkStatusSchema, { name: LINK, transport: 'pair', address: `${name}: ${lease.role}`, state, lastError }),
  );
  status.setAlarm(LINK, lastError === '' ? undefined : `tak.pair: ${lastError}`);
};

const whatIsMissing = ({ role, isDiverged }: Lease, name: string, other: string): string => {
  if (isDiverged) {
    return (
      `instance ${other} took over without what this one has accepted: what has no outcome stays in the journals here. ` +
      `Move *-${name} and pair-${name} out of the folder of the journals to make this one its standby`
    );
  }
  return role === 'active'
    ? `there is no standby: instance ${other} does not have everything`
    : `this instance cannot take over yet: it does not have everything that instance ${other} accepted`;
};
