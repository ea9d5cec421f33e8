/**
 * One connection to a radio, from the first byte to its end: framing, session, heartbeat. It is opened again as a new one by
 * the supervisor in agent.ts.
 */
import { create, toBinary } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import {
  createStreamFramer,
  decodeFromRadio,
  encodeStreamFrame,
  sessionStart,
  sessionStep,
  STALL_MS,
} from '@cotbus/meshtastic';
import type { CloseReason, SessionInput, SessionOutput } from '@cotbus/meshtastic';
import type { Clock, ServiceReport } from '@cotbus/service';
import type { RadioConnection } from './radio.ts';

/** Resolution of the session's timeouts. */
const TICK_MS = 500;

export interface RadioLink {
  send(payloadVariant: meshtastic.ToRadio['payloadVariant']): void;
  /** Resolves with why it ended. */
  readonly closed: Promise<string>;
  /** Says goodbye to the radio, then ends the connection. */
  close(): Promise<void>;
}

/** Runs a session over a fresh connection; what it gives goes to `output`, but for what the link does itself. */
export const openRadioLink = (
  connection: RadioConnection,
  {
    clock,
    status,
    output,
  }: { clock: Clock; status: Pick<ServiceReport, 'count'>; output: (output: SessionOutput, link: RadioLink) => void },
): RadioLink => {
  const framer = createStreamFramer(decodeFromRadio);
  let state = sessionStart();
  let why: string | undefined;
  let printed = false;

  const write = (message: meshtastic.ToRadio): void =>
    connection.write(encodeStreamFrame(toBinary(meshtastic.ToRadioSchema, message)));

  const send: RadioLink['send'] = (payloadVariant) => write(create(meshtastic.ToRadioSchema, { payloadVariant }));

  const step = (input: SessionInput): void => {
    if (why !== undefined) return;
    const result = sessionStep(state, input);
    ({ state } = result);
    for (const out of result.outputs) {
      if (out.kind === 'send') write(out.message);
      else if (out.kind === 'close') {
        why = closeWords(out.reason, { printed, ifSilent: connection.ifSilent });
        void connection.close();
      } else {
        output(out, link);
      }
    }
  };

  let lastBytesMs = clock.monotonic();
  const frames = (outputs: ReturnType<typeof framer.push>): void => {
    for (const out of outputs) {
      if (out.kind === 'frame') step({ kind: 'message', message: out.message, nowMs: clock.monotonic() });
      else if (out.kind === 'text') {
        status.count('stream_text_bytes_total', out.text.length);
        printed = true;
        step({ kind: 'text', nowMs: clock.monotonic() });
      }
      if (out.kind === 'damaged') status.count('stream_damaged_bytes_total', out.bytes);
    }
  };
  connection.onBytes((chunk) => {
    lastBytesMs = clock.monotonic();
    frames(framer.push(chunk));
  });
  const endTicks = clock.every(TICK_MS, () => {
    // Everything held back is that old; each call gives up at least a byte of it.
    while (framer.waiting && clock.monotonic() - lastBytesMs >= STALL_MS) frames(framer.stalled());
    step({ kind: 'tick', nowMs: clock.monotonic() });
  });
  const link: RadioLink = {
    send,
    closed: connection.closed.then((reason) => {
      endTicks();
      return why ?? reason;
    }),
    close: async () => {
      if (why === undefined) send({ case: 'disconnect', value: true });
      why ??= 'closed by us';
      await connection.close();
    },
  };
  step({ kind: 'opened', nowMs: clock.monotonic() });
  return link;
};

/** @param printed console text came over the link. @param ifSilent see the port */
const closeWords = (
  reason: CloseReason,
  { printed, ifSilent }: { readonly printed: boolean; readonly ifSilent: string },
): string => {
  switch (reason) {
    case 'no_answer':
      return `the radio ${printed ? 'prints text but answers nothing' : 'does not answer'}: ${ifSilent}`;
    case 'handshake_timeout':
      return 'the radio talks, but never came to the end of its settings';
    case 'handshake_incomplete':
      return 'the radio told its settings, but not its node number';
    case 'heartbeat_missed':
      return 'the radio has fallen silent';
  }
};
