/**
 * TAK identities of the attached radio and of nodes that let it administer them: commands and replies over the bus, one
 * question at a time over the link.
 */
import { create, toBinary } from '@bufbuild/protobuf';
import { createMessage, RadioIdentity_State, RadioIdentitySchema } from '@cotbus/contracts';
import type { meshtastic, MessageOf, RadioIdentity } from '@cotbus/contracts';
import { capabilities } from '@cotbus/meshtastic';
import type { IdentityResult, IdentityTask, RadioInfo } from '@cotbus/meshtastic';
import { createTtlMap, printable } from '@cotbus/service';
import type { ServiceContext } from '@cotbus/service';
import { readIdentityCommand } from './identity-command.ts';
import { createIdentityDialogue } from './identity-dialogue.ts';
import { createIdentityMemory } from './identity-memory.ts';
import { identityOf, takTexts } from './identity-text.ts';

/** Questions that wait for the one under way; each may take minutes. */
const MAX_WAITING = 8;
/** A command that the broker delivers twice is carried out once. */
const COMMAND_MEMORY_MS = 10 * 60_000;
const MAX_COMMANDS = 100;

export interface Identities {
  /** The radio can be used, its configuration was just read. */
  ready(radio: RadioInfo, send: (packet: meshtastic.MeshPacket) => void): void;
  /** Something in its configuration is new. */
  told(radio: RadioInfo): void;
  away(): void;
  /** A packet of the radio; answers to our questions are among them. */
  packet(packet: meshtastic.MeshPacket): void;
  /** The attached radio first. */
  all(): readonly RadioIdentity[];
}

export interface IdentityParts {
  readonly context: Pick<ServiceContext, 'bus' | 'clock' | 'instance' | 'log' | 'onStop'>;
  /** From createPacketIds. */
  readonly nextId: () => number;
  /** False for an uplink, which has no settings to administer. */
  readonly hasRadio: boolean;
  /** What `all` gives is not what it was. */
  readonly changed: () => void;
}

/** Who asked, where it was a command; the agent itself otherwise. */
interface Asker {
  readonly commandId: string | undefined;
  /** Monotonic; nobody waits for the answer any longer. */
  readonly untilMs: number;
}

const itself: Asker = { commandId: undefined, untilMs: Number.POSITIVE_INFINITY };

export const openIdentities = async (parts: IdentityParts): Promise<Identities> => {
  const { context, hasRadio, changed } = parts;
  const { bus, clock, instance, log, onStop } = context;
  let radio: RadioInfo | undefined;
  const memory = createIdentityMemory(() => radio?.node);

  const refuse = (id: string, text: string): void => {
    bus.publish('reply', createMessage('reply', { id, ok: false, text }));
  };
  const conclude = (task: IdentityTask, result: IdentityResult, { commandId }: Asker): void => {
    const { firmwareVersion = '', publicKey = new Uint8Array() } = radio ?? {};
    const identity = identityOf(result, { task, firmware: printable(firmwareVersion), publicKey }, clock.now());
    log.info({ detail: identity.detail }, 'identity.known');
    memory.put(identity);
    changed();
    if (commandId !== undefined) bus.publish('reply', replyOf(commandId, identity));
  };
  const mark = (task: IdentityTask, state: RadioIdentity_State): void => {
    memory.mark(task.node, state, clock.now());
    changed();
  };
  const queue = createQuestions({ ...parts, mark, conclude, refuse });
  const { dialogue } = queue;

  const commands = createTtlMap<string, true>({ ttlMs: COMMAND_MEMORY_MS, maxEntries: MAX_COMMANDS, clock });
  const take = (command: MessageOf<'command'>): void => {
    if (commands.has(command.id)) return;
    commands.set(command.id, true);
    const read = readIdentityCommand(command, hasRadio ? radio : 'uplink');
    if (!read.ok) return refuse(command.id, read.text);
    if (!dialogue.isOpen) return refuse(command.id, 'the radio is away: look at its link');
    const { task, isForced } = read;
    const asker = { commandId: command.id, untilMs: clock.monotonic() + command.lifeMs };
    if (task.isOwn && task.wish !== undefined && radio !== undefined && !isForced && !storesIdentity(radio)) {
      return conclude(task, { kind: 'not_stored', acknowledged: false, tak: radio.tak }, asker);
    }
    if (!queue.ask(task, asker)) refuse(command.id, 'too many questions wait already');
  };
  for (const verb of ['identity-get', 'identity-set']) {
    await bus.subscribe('command', { target: instance, verb }, (command) => command && take(command));
  }
  onStop('identity', () => queue.stop());

  /** What the radio tells of itself in its configuration; asked for where it should and does not. */
  const learnOwn = (told: RadioInfo): void => {
    const { node, tak } = told;
    if (!hasRadio || dialogue.task?.node === node) return;
    const own = { node, atMs: clock.now() };
    if (tak !== undefined) {
      memory.put(create(RadioIdentitySchema, { ...own, ...takTexts(tak), state: RadioIdentity_State.ANSWERED }));
    } else if (!storesIdentity(told)) {
      const detail = 'this firmware keeps no TAK identity';
      memory.put(create(RadioIdentitySchema, { ...own, state: RadioIdentity_State.NOT_STORED, detail }));
    } else if (!told.managed) queue.ask({ node, isOwn: true, wish: undefined }, itself);
    changed();
  };
  return {
    ready: (now, send) => {
      radio = now;
      dialogue.ready(now, send);
      learnOwn(now);
    },
    told: (now) => {
      radio = now;
      dialogue.told(now);
      if (now.tak !== undefined) learnOwn(now);
    },
    away: () => dialogue.away(),
    packet: (packet) => dialogue.packet(packet),
    all: () => memory.all(),
  };
};

interface QuestionParts extends IdentityParts {
  readonly mark: (task: IdentityTask, state: RadioIdentity_State) => void;
  readonly conclude: (task: IdentityTask, result: IdentityResult, asker: Asker) => void;
  readonly refuse: (commandId: string, text: string) => void;
}

/** One after the other. */
const createQuestions = ({ context: { clock }, nextId, mark, conclude, refuse }: QuestionParts) => {
  const waiting: { readonly task: IdentityTask; readonly asker: Asker }[] = [];
  let current: Asker = itself;
  const dialogue = createIdentityDialogue({
    clock,
    nextId,
    writing: (task) => mark(task, RadioIdentity_State.WRITING),
    ended: (task, result) => {
      conclude(task, result, current);
      beginNext();
    },
  });
  const beginNext = (): void => {
    const next = dialogue.task === undefined ? waiting.shift() : undefined;
    if (next === undefined) return;
    const { task, asker } = next;
    // Who asked has gone: a write that nobody waits for would surprise.
    if (asker.untilMs <= clock.monotonic()) {
      if (asker.commandId !== undefined) refuse(asker.commandId, 'it waited too long behind other questions');
      beginNext();
      return;
    }
    current = asker;
    mark(task, RadioIdentity_State.ASKING);
    dialogue.begin(task);
  };
  return {
    dialogue,
    /** @returns false when too many wait. */
    ask: (task: IdentityTask, asker: Asker): boolean => {
      if (waiting.length >= MAX_WAITING) return false;
      waiting.push({ task, asker });
      beginNext();
      return true;
    },
    stop: (): void => {
      dialogue.stop();
      for (const { commandId } of [...(dialogue.task ? [current] : []), ...waiting.map(({ asker }) => asker)]) {
        if (commandId !== undefined) refuse(commandId, 'the agent is stopping');
      }
    },
  };
};

/** Firmware before 2.8 acknowledges the setting, restarts, and has stored nothing. */
const storesIdentity = ({ firmwareVersion, role }: RadioInfo): boolean =>
  capabilities(firmwareVersion, role).supportsTakV2;

const replyOf = (id: string, identity: RadioIdentity): MessageOf<'reply'> =>
  createMessage('reply', {
    id,
    ok: identity.state === RadioIdentity_State.ANSWERED,
    text: identity.detail,
    bytes: toBinary(RadioIdentitySchema, identity),
  });
