/** Words, copies and answers of a pair ⇄ bus messages. What comes from the bus and cannot be is undefined. */
import { create } from '@bufbuild/protobuf';
import { createMessage, PairRole, PairStepKind, PairStepSchema } from '@cotbus/contracts';
import type { MessageOf, PairStep } from '@cotbus/contracts';
import type { CopyAnswer, CopyMessage, CopyStep } from './copy-steps.ts';
import type { PairWord } from './words.ts';

/** Of one message; a source sends far fewer. */
const MAX_STEPS = 8192;
/** A claim a second for a lifetime; a larger one could not be followed by another. */
const MAX_EPOCH = 0x7fff_ffff;

const roles = { standby: PairRole.STANDBY, claim: PairRole.CLAIM, active: PairRole.ACTIVE } as const;
const roleNames = new Map(Object.entries(roles).map(([name, role]) => [role as PairRole, name as PairWord['role']]));

export const wordMessage = (name: string, word: PairWord): MessageOf<'pairWord'> =>
  createMessage('pairWord', { ...word, name, role: roles[word.role] });

export const readWord = (message: MessageOf<'pairWord'>): PairWord | undefined => {
  const { instance, epoch, isAlone, copy, beat, life } = message;
  const role = roleNames.get(message.role);
  return role === undefined || epoch > MAX_EPOCH ? undefined : { instance, role, epoch, isAlone, copy, beat, life };
};

export const copyMessage = (
  name: string,
  instance: string,
  { steps, ...message }: CopyMessage,
): MessageOf<'pairCopy'> => createMessage('pairCopy', { name, instance, ...message, steps: steps.map(stepMessage) });

const stepMessage = (step: CopyStep): PairStep => {
  switch (step.kind) {
    case 'begin':
      return create(PairStepSchema, { kind: PairStepKind.BEGIN, folders: [...step.folders] });
    case 'append':
      return create(PairStepSchema, { ...step, kind: PairStepKind.APPEND });
    case 'truncate':
      return create(PairStepSchema, { ...step, kind: PairStepKind.TRUNCATE });
    case 'sync':
      return create(PairStepSchema, { ...step, kind: PairStepKind.SYNC });
    case 'remove':
      return create(PairStepSchema, { ...step, kind: PairStepKind.REMOVE });
  }
};

export const readCopy = ({ copy, epoch, number, steps }: MessageOf<'pairCopy'>): CopyMessage | undefined => {
  if (steps.length > MAX_STEPS) return undefined;
  const read = steps.map(readStep);
  return read.every((step) => step !== undefined) ? { copy, epoch, number, steps: read } : undefined;
};

const readStep = ({ kind, file, offset, bytes, folders }: PairStep): CopyStep | undefined => {
  switch (kind) {
    case PairStepKind.BEGIN:
      return { kind: 'begin', folders };
    case PairStepKind.APPEND:
      return { kind: 'append', file, offset, bytes };
    case PairStepKind.TRUNCATE:
      return { kind: 'truncate', file, offset };
    case PairStepKind.SYNC:
      return { kind: 'sync', file };
    case PairStepKind.REMOVE:
      return { kind: 'remove', file };
    default:
      return undefined;
  }
};

export const takenMessage = (name: string, instance: string, answer: CopyAnswer): MessageOf<'pairTaken'> =>
  createMessage('pairTaken', { name, instance, ...answer });
