/** Messages of the bus for tests: a plausible one of each, with what the test is about put over it. */
import { createMessage, Kind, LinkState, Reason } from '@cotbus/contracts';
import type { CotEvent, MessageOf, Outcome } from '@cotbus/contracts';

/** The moment of all samples. */
export const NOON = Date.UTC(2026, 5, 1, 12);

/** Fields of a message, without what makes it one. */
type Fields<M> = Partial<Omit<M, '$typeName' | '$unknown'>>;

export const sampleAgent = (over: Fields<MessageOf<'agentStatus'>> = {}): MessageOf<'agentStatus'> =>
  createMessage('agentStatus', {
    agent: 'north',
    mesh: 'county',
    online: true,
    atMs: NOON,
    link: LinkState.OPEN,
    firmwareVersion: '2.7.15',
    node: 0x2a,
    ...over,
  });

export const sampleService = (over: Fields<MessageOf<'serviceStatus'>> = {}): MessageOf<'serviceStatus'> =>
  createMessage('serviceStatus', {
    name: 'tak-egress',
    instance: 'tak',
    online: true,
    ready: true,
    atMs: NOON,
    startedAtMs: NOON - 60_000,
    ...over,
  });

export const sampleNode = (over: Fields<MessageOf<'node'>> = {}): MessageOf<'node'> =>
  createMessage('node', {
    num: 0x1234abcd,
    agent: 'north',
    mesh: 'county',
    longName: 'Alpha One',
    shortName: 'A1',
    atMs: NOON,
    heardAgeMs: 1000,
    ...over,
  });

export const sampleOutcome = (over: Fields<Outcome> = {}): Fields<Outcome> => ({
  destination: 'tak',
  reason: Reason.DELIVERED,
  atMs: NOON,
  kind: Kind.PLI,
  uid: 'MESHTASTIC-1234ABCD',
  callsign: 'A1 - Alpha One',
  mesh: 'county',
  node: 0x1234abcd,
  port: 3,
  ...over,
});

export const sampleBatch = (
  firstNumber: number,
  outcomes: readonly Fields<Outcome>[],
  over: Fields<MessageOf<'outcome'>> = {},
): MessageOf<'outcome'> =>
  createMessage('outcome', {
    owner: 'tak',
    incarnation: 1,
    nonce: 7n,
    firstNumber,
    outcomes: [...outcomes],
    ...over,
  });

export const sampleResult = (event: Fields<CotEvent>, ageMs = 0): MessageOf<'rxResult'> =>
  createMessage('rxResult', {
    item: { id: { origin: 'north', incarnation: 1, nonce: 7n, seq: 1 }, ageMs },
    kind: event.kind ?? Kind.PLI,
    mesh: 'county',
    node: 0x1234abcd,
    result: {
      case: 'event',
      value: {
        uid: 'MESHTASTIC-1234ABCD',
        type: 'a-f-G-U-C',
        kind: Kind.PLI,
        lat: 51.5,
        lon: -0.12,
        staleAfterMs: 60_000,
        callsign: 'A1 - Alpha One',
        team: 'Green',
        ...event,
      },
    },
  });

export const sampleHeard = (event: Fields<CotEvent>, ageMs = 0): MessageOf<'eventHeard'> =>
  createMessage('eventHeard', {
    item: { id: { origin: 'tak', incarnation: 1, nonce: 7n, seq: 1 }, ageMs },
    kind: event.kind ?? Kind.PLI,
    link: 'phones',
    event: {
      uid: 'ANDROID-1',
      type: 'a-f-G-U-C',
      kind: Kind.PLI,
      lat: 51.5,
      lon: -0.12,
      timeMs: NOON,
      staleMs: NOON + 60_000,
      callsign: 'RAVEN',
      team: 'Cyan',
      ...event,
    },
  });
