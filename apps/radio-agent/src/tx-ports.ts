/** What goes into the sending side of a radio, and what comes out of it. Times are monotonic milliseconds. */
import type { Frame, Kind } from '@cotbus/contracts';
import type { AirMeasure, AirNow } from './air-budget.ts';
import type { AirOptions, Ending } from './air-policy.ts';
import type { AirRadio } from './air-radio.ts';
import type { Refusal } from './refusal.ts';
import type { Transmission } from './tx-queue.ts';
import type { KindRules, Sending } from './tx-rules.ts';

/** QueueStatus of the radio. */
export interface RadioQueue {
  /** 0 when it is about no packet. */
  readonly packetId: number;
  /** 0 = taken, else a Routing.Error or a code of its own. */
  readonly res: number;
  readonly free: number;
  readonly length: number;
}

/** A Routing answer to a packet. */
export interface RoutingHeard {
  readonly packetId: number;
  /** Name of a Routing.Error, `NONE` for success. */
  readonly error: string;
  /** Who answers: the receiver, or our own node for a packet that was relayed or not sent. */
  readonly from: number;
}

export type TxInput =
  | { readonly kind: 'offered'; readonly transmission: Transmission }
  /** The radio became ready. `air`: undefined when nothing is known of its modem. */
  | { readonly kind: 'ready'; readonly air: AirRadio | undefined }
  | { readonly kind: 'gone' }
  | { readonly kind: 'queueStatus'; readonly status: RadioQueue }
  | { readonly kind: 'routed'; readonly answer: RoutingHeard }
  /** The link could not send this packet. */
  | { readonly kind: 'unsent'; readonly packetId: number; readonly refusal: Refusal }
  /** A receiver has the whole of a transfer. What is left of it, if it is ours, needs no airtime. */
  | { readonly kind: 'completed'; readonly transferHash: Uint8Array }
  | { readonly kind: 'measured'; readonly measure: AirMeasure }
  /** A frame that is nobody's event, to be sent now or not at all. */
  | { readonly kind: 'answer'; readonly frame: Frame; readonly packetId: number }
  | { readonly kind: 'tick' }
  /** Ends everything that waits, and whatever is offered later. */
  | { readonly kind: 'stop' };

export type TxOutput =
  | {
      readonly kind: 'send';
      readonly frame: Frame;
      readonly sending: Sending;
      /** Of one transmission. */
      readonly airMs: number;
      /** Undefined for what is nobody's event. */
      readonly transmission?: Transmission;
    }
  /** How full is the radio's queue? */
  | { readonly kind: 'ask' }
  | ({ readonly kind: 'ended' } & Ending)
  /** The node it was for alone has it. */
  | { readonly kind: 'acknowledged'; readonly transmission: Transmission; readonly node: number };

export interface TxMachineOptions {
  readonly options: AirOptions;
  readonly rules: (kind: Kind) => KindRules;
  /** Why this one must not go now that it could; undefined lets it. */
  readonly refuse: (transmission: Transmission) => Refusal | undefined;
}

export interface TxMachine {
  /** Outputs in the order in which they must happen. */
  handle(input: TxInput, nowMs: number): readonly TxOutput[];
  air(nowMs: number): AirNow;
  /** Not ended. */
  readonly waiting: number;
}
