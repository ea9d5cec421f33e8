/** The dialogue with a node about its TAK identity: the state machine of @cotbus/meshtastic with a link, packet ids and a clock. */
import type { meshtastic } from '@cotbus/contracts';
import { adminPacket, identityStart, identityStep, readAdminAnswer, readRouting } from '@cotbus/meshtastic';
import type { AdminRequest, IdentityInput, IdentityResult, IdentityTask, RadioInfo } from '@cotbus/meshtastic';
import type { Clock } from '@cotbus/service';

const TICK_MS = 1_000;
/** Packets of ours that may still be answered. */
const MAX_REQUESTS = 16;

type Send = (packet: meshtastic.MeshPacket) => void;

export interface IdentityDialogue {
  /** What is under way; one at a time. */
  readonly task: IdentityTask | undefined;
  /** There is a link to the radio. */
  readonly isOpen: boolean;
  /** Only while nothing is under way. */
  begin(task: IdentityTask): void;
  ready(radio: RadioInfo, send: Send): void;
  told(radio: RadioInfo): void;
  away(): void;
  /** A packet of the radio; answers to our questions are among them. */
  packet(packet: meshtastic.MeshPacket): void;
  stop(): void;
}

export interface IdentityDialogueParts {
  readonly clock: Clock;
  /** From createPacketIds. */
  readonly nextId: () => number;
  /** New values are on their way to the node. */
  readonly writing: (task: IdentityTask) => void;
  /** Nothing is under way any more. */
  readonly ended: (task: IdentityTask, result: IdentityResult) => void;
}

export const createIdentityDialogue = ({ clock, nextId, writing, ended }: IdentityDialogueParts): IdentityDialogue => {
  let machine = identityStart();
  let task: IdentityTask | undefined;
  let link: { readonly send: Send; readonly hopLimit: number } | undefined;
  let endTicks = (): void => {};
  /** Numbers of requests by the ids of the packets that carried them, oldest first. */
  const requests = new Map<number, number>();

  const transmit = (to: IdentityTask, request: number, message: AdminRequest): void => {
    if (link === undefined) return;
    const id = nextId();
    requests.set(id, request);
    const [oldest] = requests.keys();
    if (requests.size > MAX_REQUESTS && oldest !== undefined) requests.delete(oldest);
    link.send(adminPacket(message, { to: to.node, id, isRemote: !to.isOwn, hopLimit: link.hopLimit }));
  };
  const end = (done: IdentityTask, result: IdentityResult): void => {
    task = undefined;
    endTicks();
    requests.clear();
    ended(done, result);
  };
  const step = (input: IdentityInput): void => {
    const next = identityStep(machine, input);
    machine = next.state;
    for (const output of next.outputs) {
      if (task === undefined) return;
      if (output.kind === 'send') transmit(task, output.request, output.message);
      else if (output.kind === 'writing') writing(task);
      else end(task, output.result);
    }
  };

  return {
    get task() {
      return task;
    },
    get isOpen() {
      return link !== undefined;
    },
    begin: (next) => {
      task = next;
      endTicks = clock.every(TICK_MS, () => step({ kind: 'tick', nowMs: clock.monotonic() }));
      step({ kind: 'begin', task: next, nowMs: clock.monotonic() });
    },
    ready: ({ tak, hopLimit }, send) => {
      link = { send, hopLimit };
      step({ kind: 'ready', tak, nowMs: clock.monotonic() });
    },
    told: ({ tak }) => step({ kind: 'told', tak }),
    away: () => {
      link = undefined;
      step({ kind: 'away', nowMs: clock.monotonic() });
    },
    packet: ({ from, pkiEncrypted, payloadVariant }) => {
      if (task === undefined || payloadVariant.case !== 'decoded') return;
      // Between a radio and its host, 0 is the radio.
      const isTarget = from === task.node || (from === 0 && task.isOwn);
      // Over the air an id can be read and a sender forged: only who has the node's key can answer for it.
      const isGenuine = isTarget && (task.isOwn || pkiEncrypted);
      const admin = isGenuine ? readAdminAnswer(payloadVariant.value) : undefined;
      const routing = readRouting(payloadVariant.value);
      const request = requests.get(admin?.requestId ?? routing?.requestId ?? 0);
      if (request === undefined) return;
      const nowMs = clock.monotonic();
      if (admin !== undefined) step({ kind: 'answer', request, tak: admin.tak, passkey: admin.passkey, nowMs });
      else if (routing !== undefined) step({ kind: 'routing', request, error: routing.error, isTarget, nowMs });
    },
    stop: () => endTicks(),
  };
};
