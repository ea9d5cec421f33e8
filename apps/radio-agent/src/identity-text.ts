/** How the question for a TAK identity ended, in words, and as the status tells it. */
import { create } from '@bufbuild/protobuf';
import { roleText, teamText } from '@cotbus/codec';
import { nodeText, RadioIdentity_State, RadioIdentitySchema } from '@cotbus/contracts';
import type { RadioIdentity } from '@cotbus/contracts';
import type { IdentityResult, IdentityTask, TakValues } from '@cotbus/meshtastic';

/** Who speaks of whom. */
export interface IdentityPlace {
  readonly task: IdentityTask;
  /** Of the attached radio, empty while unknown. */
  readonly firmware: string;
  /** Of the attached radio, empty while unknown. */
  readonly publicKey: Uint8Array;
}

/** Empty for what is not set on the radio; a number for what this version does not know. */
export const takTexts = ({ team, role }: TakValues): { readonly team: string; readonly role: string } => ({
  team: teamText(team) ?? (team === 0 ? '' : String(team)),
  role: roleText(role) ?? (role === 0 ? '' : String(role)),
});

/** For people: what stands for a value that is not set is what the radio then reports. */
const inWords = (tak: TakValues): string => {
  const { team, role } = takTexts(tak);
  return `team ${team === '' ? 'not set (Cyan)' : team}, role ${role === '' ? 'not set (Team Member)' : role}`;
};

/** The identity as the status carries it; the detail is one line for a person. */
export const identityOf = (result: IdentityResult, place: IdentityPlace, atMs: number): RadioIdentity => {
  const common = { node: place.task.node, atMs, detail: detailOf(result, place) };
  switch (result.kind) {
    case 'answered':
      return create(RadioIdentitySchema, { ...common, ...takTexts(result.tak), state: RadioIdentity_State.ANSWERED });
    case 'no_answer':
      return create(RadioIdentitySchema, { ...common, state: RadioIdentity_State.NO_ANSWER });
    case 'not_stored':
      return create(RadioIdentitySchema, {
        ...common,
        ...(result.tak && takTexts(result.tak)),
        state: RadioIdentity_State.NOT_STORED,
      });
    case 'refused':
      return create(RadioIdentitySchema, { ...common, state: RadioIdentity_State.REFUSED });
  }
};

const detailOf = (result: IdentityResult, place: IdentityPlace): string => {
  const { task } = place;
  const name = nodeText(task.node);
  switch (result.kind) {
    case 'answered':
      return `${name}: ${inWords(result.tak)}${changes[result.change]}`;
    case 'no_answer':
      return result.step === 'reading'
        ? `${name} does not answer${because(result.error)}: ${task.isOwn ? 'look at the radio' : 'is it on, and in reach'}?`
        : `${name} was written to and did not answer afterwards${because(result.error)}: whether it stored the new values is not known, ask again later`;
    case 'not_stored':
      return notStored(result, place);
    case 'refused':
      return refused(result, place);
  }
};

const changes = { none: '', already: '; nothing to change', stored: '; stored and read back' } as const;

const because = (error: string): string => (error === '' ? '' : ` (${error})`);

const notStored = (
  { acknowledged, tak }: Extract<IdentityResult, { kind: 'not_stored' }>,
  { task, firmware }: IdentityPlace,
): string => {
  const name = nodeText(task.node);
  const which = task.isOwn && firmware !== '' ? ` (${firmware})` : '';
  const since = 'firmware 2.8 with the fix of July 2026 stores it';
  if (acknowledged) {
    const has = tak === undefined ? 'it tells none' : `it has ${inWords(tak)}`;
    return `${name}: acknowledged but not stored by this firmware${which}: ${has}; ${since}`;
  }
  return task.wish === undefined
    ? `${name} tells no TAK identity: not stored by this firmware${which}; ${since}`
    : `${name}: a TAK identity is acknowledged but not stored by this firmware${which}; ${since}; nothing was written`;
};

const refused = (
  { error, isTarget }: Extract<IdentityResult, { kind: 'refused' }>,
  { task, publicKey }: IdentityPlace,
): string => {
  const name = nodeText(task.node);
  const key =
    publicKey.length === 0
      ? "our radio's public key"
      : `our radio's public key ${Buffer.from(publicKey).toString('base64')}`;
  switch (error) {
    case 'ADMIN_PUBLIC_KEY_UNAUTHORIZED':
    case 'NOT_AUTHORIZED':
      return `${name} does not let our radio administer it (${error}): put ${key} into its security.admin_key`;
    case 'PKI_UNKNOWN_PUBKEY':
    case 'NO_CHANNEL':
      return isTarget
        ? `${name} does not know our radio (${error}): it needs ${key}, which comes with our node info, and in its security.admin_key`
        : `our radio has no public key of ${name} yet (${error}): it comes with that node's node info`;
    case 'PKI_SEND_FAIL_PUBLIC_KEY':
    case 'PKI_FAILED':
      return `our radio has no public key of ${name} yet (${error}): it comes with that node's node info`;
    case 'ADMIN_BAD_SESSION_KEY':
      return `${name} refuses the session passkey that it gave (${error}): try again in five minutes`;
    default:
      return `${isTarget ? name : 'our radio'} refuses: ${error}`;
  }
};
