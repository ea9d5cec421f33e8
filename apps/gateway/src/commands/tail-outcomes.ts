/** `cotbus outcomes`: one line for each outcome, as it is published. */
import { itemKey, kindText, nodeText, reasonNames, reasonText } from '@cotbus/contracts';
import type { Outcome } from '@cotbus/contracts';
import { printable, systemClock } from '@cotbus/service';
import { outcomeFields } from '../outcome-fields.ts';
import { connectedOnce, openOperatorBus } from './operator-bus.ts';
import { askPastOutcomes } from './past-outcomes.ts';

export interface TailOptions {
  readonly bus?: string;
  readonly json?: boolean;
  readonly reason?: string;
  readonly count?: number;
  readonly uid?: string;
  /** As outcomes name it: origin/incarnation.nonce/seq. */
  readonly item?: string;
  /** What was recorded in the last hour, then end. */
  readonly past?: boolean;
}

export const tailOutcomes = async (options: TailOptions): Promise<void> => {
  const { reason } = options;
  if (reason !== undefined && !(reasonNames as readonly string[]).includes(reason)) {
    console.error(`There is no reason "${printable(reason)}". There are: ${reasonNames.join(', ')}`);
    process.exitCode = 1;
    return;
  }
  const bus = openOperatorBus(options.bus, 'outcomes');
  const print = (outcome: Outcome, owner: string): void =>
    console.log(options.json === true ? JSON.stringify(outcomeFields(outcome, owner)) : textLine(outcome, owner));
  if (options.past === true) {
    await connectedOnce(bus);
    for (const { outcome, owner } of await askPastOutcomes(bus, systemClock, wishOf(options))) print(outcome, owner);
    await bus.close();
    process.exit();
  }
  let left = options.count ?? Number.POSITIVE_INFINITY;
  const ended = new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
    void bus.subscribe('outcome', {}, (batch, { owner }) => {
      for (const outcome of batch?.outcomes ?? []) {
        if (!fits(options, outcome) || left <= 0) continue;
        left -= 1;
        print(outcome, owner);
      }
      if (left <= 0) resolve();
    });
  });
  await ended;
  await bus.close();
  // A timer of the connection attempt must not keep a finished command alive.
  process.exit();
};

const wishOf = ({ reason, uid, item }: TailOptions) => ({
  ...(reason !== undefined && { reason }),
  ...(uid !== undefined && { uid }),
  ...(item !== undefined && { item }),
});

const fits = ({ reason, uid, item }: TailOptions, outcome: Outcome): boolean =>
  (reason === undefined || reasonText(outcome.reason) === reason) &&
  (uid === undefined || outcome.uid === uid) &&
  (item === undefined || (outcome.item !== undefined && itemKey(outcome.item) === item));

/** Everything in a line that came from the air is made printable: names must not drive the terminal. */
export const textLine = (outcome: Outcome, owner: string): string => {
  const time = new Date(outcome.atMs).toISOString().slice(11, 23);
  const from = outcome.node === 0 ? 'TAK' : nodeText(outcome.node);
  const what = [kindText(outcome.kind), outcome.port === 0 ? '' : `port ${outcome.port}`].filter(Boolean).join(' ');
  const who = outcome.callsign === '' ? outcome.uid : outcome.callsign;
  const to = outcome.destination === '' ? owner : outcome.destination;
  const line = `${time}  ${reasonText(outcome.reason).padEnd(18)}  ${from} → ${to}  ${what}  ${who}`;
  return printable(outcome.detail === '' ? line : `${line}  (${outcome.detail})`);
};
