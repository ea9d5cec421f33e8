/**
 * Notices another gateway of our name at the same TAK server: each would take what the other one says for its own, come back,
 * and pass nothing on. It is known by a report of our uid that is newer than this gateway and that this gateway never made.
 */
import { Kind } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';
import { printable } from '@cotbus/service';
import type { ServiceContext } from '@cotbus/service';
import type { Identity } from './identity.ts';
import type { Source } from './source.ts';

const ALARM = 'namesake';
/** Its next report may be five minutes away, and a report may get lost. */
const TOLD_MS = 15 * 60_000;

/** @returns looks at an event from TAK. */
export const createNamesakeWatch = (
  { clock, log, onStop, status }: Pick<ServiceContext, 'clock' | 'log' | 'onStop' | 'status'>,
  identity: Identity,
  name: string,
): ((source: Source, event: CotEvent) => void) => {
  const startedMs = clock.now();
  let cancel = (): void => {};
  let isTold = false;
  onStop('watch for a namesake', () => cancel());
  return (source, event) => {
    const isOurs = event.uid !== identity.uid || event.kind !== Kind.PLI || identity.hasReported(event.timeMs);
    // A server may still have the last report of an earlier start.
    if (isOurs || event.timeMs <= startedMs) return;
    if (!isTold) log.error({ link: source.name, uid: printable(event.uid) }, 'namesake.heard');
    isTold = true;
    status.setAlarm(
      ALARM,
      `tak.name: another gateway at ${source.link} calls itself "${name}", too, so each drops what the other one says as ` +
        'its own: give each site a name of its own',
    );
    cancel();
    cancel = clock.after(TOLD_MS, () => {
      isTold = false;
      status.setAlarm(ALARM, undefined);
    });
  };
};
