/** Reasons of outcomes as a cause and a remedy for the person who asks why something is not seen. */
import type { ReasonName } from '@cotbus/contracts';

interface Words {
  /** The beginning of a sentence; the outcome's own detail follows it. */
  readonly cause: string;
  readonly remedy: string;
}

const LOOK_AT_LINK = 'Look at the state of that link: cotbus doctor --link NAME.';
const LOOK_AT_RADIO = 'Look at the link to the radio: cotbus doctor.';
const NOTHING = 'Nothing, if you see it somewhere else; otherwise wait for its next report.';

const words: Readonly<Record<ReasonName, Words>> = {
  delivered: { cause: 'It was handed over', remedy: 'Nothing.' },
  duplicate: { cause: 'The same was there already, over another way', remedy: 'Nothing.' },
  superseded: { cause: 'A newer report of it was there first', remedy: 'Nothing.' },
  loop: { cause: 'It came back to where it was heard', remedy: NOTHING },
  no_destination: {
    cause: 'Nobody was there to take it',
    remedy: 'Start the missing service, or look at the link of its radio.',
  },
  no_client: { cause: 'No TAK client was connected', remedy: 'Connect a TAK client; what is not stale comes at once.' },
  not_for_tak: {
    cause: 'What was heard is nothing for a map',
    remedy: 'Wait for a position; worker.nodes.noFix says what becomes of nodes without one.',
  },
  garbled: { cause: 'What came was damaged', remedy: 'If it repeats, look at that radio or program.' },
  impossible: {
    cause: 'What came cannot be',
    remedy: 'Look at the position and name that its radio or program sends.',
  },
  unreadable: {
    cause: 'It is encrypted with a key that is not known here',
    remedy: 'Give our radio, or uplink.channels, the channel and its key.',
  },
  dictionary_missing: {
    cause: 'It is compressed with a dictionary that is not installed',
    remedy: 'Run cotbus dictionaries list, then cotbus dictionaries install.',
  },
  unsupported: { cause: 'This version cannot translate it', remedy: 'Update Cotbus.' },
  too_large: { cause: 'It is too large', remedy: 'Shorten its text, or simplify the shape.' },
  tak_identity: {
    cause: 'Its user reports to TAK itself, and that report is shown instead',
    remedy: 'Look for that callsign on the map.',
  },
  ignored: {
    cause: 'The owner of our radio ignores this node',
    remedy: "Take the node off the radio's ignore list, with the Meshtastic app.",
  },
  expired: {
    cause: 'It was stale, or waited too long',
    remedy: 'Compare the clocks of sender and gateway; look at what the detail names.',
  },
  not_allowed: {
    cause: 'The configuration does not let it pass',
    remedy: 'Change what the detail names: toMesh or direction of a radio, out or in of a TAK link.',
  },
  channel_closed: {
    cause: 'Strangers could read the channel, so nothing of TAK goes there',
    remedy: 'Set a key of your own on the channel, or toMesh.force.',
  },
  too_soon: {
    cause: 'It was sent a moment ago, or has not moved since',
    remedy: 'Nothing; toMesh.position and toMesh.uidIntervalSeconds set the pace.',
  },
  radio_away: { cause: 'The link to the radio broke meanwhile', remedy: LOOK_AT_RADIO },
  radio_refused: { cause: 'The radio refused it', remedy: LOOK_AT_RADIO },
  radio_silent: { cause: 'The radio took it and never said what became of it', remedy: LOOK_AT_RADIO },
  queue_full: { cause: 'Too much waited already', remedy: `Send less, or allow more (tak.queue). ${LOOK_AT_LINK}` },
  stopping: { cause: 'Cotbus was stopped meanwhile', remedy: NOTHING },
  absent: { cause: 'The service that should have taken it gave no sign of life', remedy: 'Start it: cotbus doctor.' },
  poison: {
    cause: 'It was tried five times without an answer',
    remedy: 'Look at the log of codec-worker at that time; report it with the frame (cotbus record).',
  },
  journal_full: { cause: 'The disk is full', remedy: 'Make room; look at what is away and keeps items waiting.' },
  gave_up: { cause: 'It was not taken in time', remedy: LOOK_AT_LINK },
  incomplete: { cause: 'It was never heard whole', remedy: 'Bring a radio nearer, or add one.' },
  not_sent: { cause: 'No radio of the mesh sent it', remedy: LOOK_AT_RADIO },
  air_budget: {
    cause: 'There was no airtime for it',
    remedy: 'Fewer kinds (toMesh.profile), a faster preset, or more air (toMesh.airPercent).',
  },
  flood: {
    cause: 'One node sent more frames than are taken of one',
    remedy: 'Find that node: it is broken, or somebody uses its number.',
  },
  unacknowledged: {
    cause: 'It was sent, and nobody said that it arrived',
    remedy: 'It may have arrived; look whether that node is there, and its signal.',
  },
};

const UNKNOWN: Words = { cause: 'It ended in a way that this version does not know', remedy: 'Update Cotbus.' };

/** @returns one sentence each. @param detail of the outcome; may be empty */
export const reasonWords = (reason: ReasonName | 'unknown', detail: string): Words => {
  const { cause, remedy } = reason === 'unknown' ? UNKNOWN : words[reason];
  return { cause: detail === '' ? `${cause}.` : `${cause}: ${detail.replace(/[.\s]+$/, '')}.`, remedy };
};
