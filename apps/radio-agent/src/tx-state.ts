/** What the sending side of a radio remembers. */
import type { Frame } from '@cotbus/contracts';
import type { AirPolicy } from './air-policy.ts';
import type { AirRadio } from './air-radio.ts';
import type { RadioRoom } from './radio-room.ts';
import type { Refusal } from './refusal.ts';
import type { TxAcks } from './tx-acks.ts';
import { whichFrame } from './tx-frames.ts';
import type { TxOutput } from './tx-ports.ts';
import type { Transmission, Waiting } from './tx-queue.ts';

/** The one packet that the radio has and has not answered yet. */
export interface InRadio {
  readonly waiting: Waiting;
  readonly frame: Frame;
  readonly packetId: number;
  readonly sinceMs: number;
}

export interface TxState {
  readonly policy: AirPolicy;
  readonly room: RadioRoom;
  readonly acks: TxAcks;
  isReady: boolean;
  isStopped: boolean;
  air: AirRadio | undefined;
  inRadio: InRadio | undefined;
  /** Of the transfer that a receiver said last to have whole. */
  completeHash: Uint8Array;
  outputs: TxOutput[];
  nowMs: number;
}

export const end = (
  { outputs }: TxState,
  transmission: Transmission | undefined,
  { reason, detail }: Refusal,
): void => {
  if (transmission === undefined) return;
  const which = reason === 'delivered' ? '' : whichFrame(transmission);
  outputs.push({ kind: 'ended', transmission, reason, detail: `${detail}${which}` });
};

export const takeInRadio = (state: TxState): Transmission | undefined => {
  const entry = state.inRadio?.waiting.entry;
  state.inRadio = undefined;
  return entry;
};
