import { create, toBinary } from '@bufbuild/protobuf';
import {
  createMessage,
  ExplanationSchema,
  Finding_Level,
  Kind,
  LinkState,
  OutcomeBatchSchema,
  Place_State,
  Reason,
} from '@cotbus/contracts';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { OutcomeSchema, SubjectSchema } from '@cotbus/contracts';
import { createMemoryBroker, fakeClock } from '@cotbus/service/testing';
import { describe, expect, it } from 'vitest';
import { useCommandRun } from '../testing/command-run.ts';
import { startScene } from '../testing/scene.ts';
import { doctor } from './doctor.ts';
import { examineWhy } from './doctor-why.ts';
import type { WhyOptions } from './doctor-why.ts';

const { SHOWN, NOT_SHOWN, UNKNOWN } = Place_State;
type Subject = MessageInitShape<typeof SubjectSchema>;
type Outcome = MessageInitShape<typeof OutcomeSchema>;

/** A bus with an agent, a worker and egresses that say what they are told to. */
const site = async (
  egresses: Readonly<Record<string, readonly Subject[] | 'mute' | 'away' | 'standby' | { readonly no: string }>>,
  outcomes: readonly Outcome[] = [],
) => {
  const clock = fakeClock();
  const broker = createMemoryBroker();
  const bus = broker.connect();
  const atMs = clock.now();
  const up = { online: true, ready: true, atMs };
  for (const [name, instance] of Object.entries({ 'radio-agent': 'hill', 'codec-worker': 'worker' })) {
    bus.publish('serviceStatus', createMessage('serviceStatus', { name, instance, ...up }));
  }
  bus.publish(
    'agentStatus',
    createMessage('agentStatus', { agent: 'hill', mesh: 'valley', ...up, link: LinkState.OPEN, sends: true }),
  );
  const fix = { latitudeI: 470_000_000, longitudeI: 110_000_000, ageMs: 5_000 };
  bus.publish(
    'node',
    createMessage('node', {
      num: 7,
      agent: 'hill',
      mesh: 'valley',
      longName: 'Hut',
      shortName: 'HUT',
      heardAgeMs: 5_000,
      atMs,
      fix,
    }),
  );
  await bus.subscribe('command', {}, (command) => {
    const { id = '', verb = '', target = '', arguments: given = {} } = command ?? {};
    const egress = egresses[target];
    if (verb === 'outcomes') {
      const fits = outcomes.filter(
        ({ uid, node }) => (given['uid'] ?? uid) === uid && (given['node'] === undefined || node === 7),
      );
      const batch = create(OutcomeBatchSchema, { owner: target, outcomes: fits as [] });
      if (target === 'hill')
        bus.publish('reply', createMessage('reply', { id, ok: true, bytes: toBinary(OutcomeBatchSchema, batch) }));
    } else if (egress !== undefined && typeof egress === 'object' && 'no' in egress) {
      bus.publish('reply', createMessage('reply', { id, ok: false, text: egress.no }));
    } else if (Array.isArray(egress)) {
      const told = create(ExplanationSchema, { egress: target, subjects: egress as [] });
      bus.publish('reply', createMessage('reply', { id, ok: true, bytes: toBinary(ExplanationSchema, told) }));
    }
  });
  for (const [instance, how] of Object.entries(egresses)) {
    bus.publish(
      'serviceStatus',
      createMessage('serviceStatus', {
        name: 'tak-egress',
        instance,
        ...up,
        online: how !== 'away',
        ...(how !== 'standby' && { destination: { name: instance } }),
      }),
    );
  }
  return {
    ask: async (options: WhyOptions) => {
      const asking = examineWhy(broker.connect(), options, clock);
      const over = { is: false };
      const told = asking.finally(() => {
        over.is = true;
      });
      while (!over.is) await clock.pass(250);
      return (await told).map(({ code, place, state, cause }) => ({ code, place, state, cause }));
    },
  };
};

const place = (name: string, state: Place_State, code: string) => ({
  name,
  state,
  answer: { code, level: Finding_Level.NOTE, about: name, cause: `About ${name}.`, remedy: 'Nothing.' },
});
const hut: Subject = { uid: 'MESHTASTIC-00000007', node: 7, mesh: 'valley', agent: 'hill', kind: Kind.PLI };
const anna: Subject = { uid: 'ANDROID-1', callsign: 'Anna', link: 'client-1', kind: Kind.PLI };
const atValley = (reason: Reason, detail = ''): Outcome => ({
  uid: 'ANDROID-1',
  destination: 'valley',
  reason,
  detail,
  atMs: 1,
});

describe('cotbus doctor, asked about somebody', () => {
  it('puts together what agents and egresses know of a node', async () => {
    const subject = { ...hut, places: [place('listen', SHOWN, 'shown'), place('county', NOT_SHOWN, 'waits')] };
    for (const node of ['!00000007', '00000007', 'hut', 'Hut', 'HUT - Hut', 'meshtastic-00000007']) {
      const { ask } = await site({ north: [subject], south: [] });
      expect(await ask({ node })).toMatchObject([
        { code: 'node_heard', cause: expect.stringMatching(/by hill on mesh valley/) as string },
        { code: 'shown', place: 'listen', state: 'shown' },
        { code: 'waits', place: 'county', state: 'not_shown' },
      ]);
    }
  });

  it('says how what a node sent ended before it came to an egress', async () => {
    const { ask } = await site({ tak: [] }, [
      { node: 7, reason: Reason.IGNORED, atMs: 1 },
      { node: 7, reason: Reason.NOT_FOR_TAK, atMs: 2 },
    ]);
    expect(await ask({ node: 'hut' })).toMatchObject([
      { code: 'node_heard' },
      { code: 'ended_elsewhere', state: 'not_shown', cause: 'The owner of our radio ignores this node.' },
    ]);
  });

  it.each<[string, readonly Outcome[], object]>([
    ['its pace is kept', [atValley(Reason.TOO_SOON)], { code: 'on_air', state: 'shown' }],
    ['it was sent', [atValley(Reason.DELIVERED)], { code: 'on_air', state: 'shown' }],
    [
      'a newer copy tells nothing',
      [atValley(Reason.CHANNEL_CLOSED, 'no key'), atValley(Reason.SUPERSEDED)],
      {
        code: 'not_on_air',
        state: 'not_shown',
        cause: expect.stringMatching(/^Strangers .*: no key, \d+ days ago\.$/) as string,
      },
    ],
    ['nothing ended there', [], { code: 'not_asked', state: 'unknown' }],
  ])('says of a TAK user what became of it on a mesh: %s', async (_, outcomes, told) => {
    const { ask } = await site({ tak: [{ ...anna, places: [place('valley', UNKNOWN, 'handed_on')] }] }, outcomes);
    expect(await ask({ node: 'anna' })).toMatchObject([{ place: 'valley', ...told }]);
  });

  it('leaves it at what the egress kept back, and says when several are meant', async () => {
    const kept = { ...anna, places: [place('valley', NOT_SHOWN, 'kept_back')] };
    const other = { ...anna, uid: 'ANDROID-2', places: [] };
    const { ask } = await site({ tak: [kept, other] }, [atValley(Reason.DELIVERED)]);
    expect(await ask({ node: 'Anna' })).toMatchObject([
      { code: 'several_known' },
      { code: 'kept_back', place: 'valley' },
    ]);
  });

  it('ends with a message where nobody is known, an egress is away, mute, or says no', async () => {
    const codes = async (egresses: Parameters<typeof site>[0], options: WhyOptions) =>
      (await (await site(egresses)).ask(options)).map(({ code }) => code);
    expect(await codes({ tak: [] }, { node: 'x' })).toEqual(['nobody_known']);
    expect(await codes({ tak: 'mute' }, { node: 'x' })).toEqual(['no_answer', 'nobody_known']);
    expect(await codes({ tak: 'away', here: [] }, { node: 'x' })).toEqual(['no_answer', 'nobody_known']);
    // It has no links now, and another one answers under its name.
    expect(await codes({ 'tak-b': 'standby', tak: [] }, { node: 'x' })).toEqual(['nobody_known']);
    expect(await codes({ tak: { no: 'there is no such link here' } }, { link: 'x' })).toEqual(['told_no']);
    expect(await codes({ tak: { no: 'there is no such link here' }, mute: 'mute' }, { link: 'x' })).toEqual([
      'told_no',
      'no_answer',
    ]);
    expect(await codes({}, { link: 'x' })).toEqual(['no_answer']);
  });
});

describe('cotbus doctor, of a running gateway', () => {
  const command = useCommandRun('doctor');

  it('answers about links, nodes and wrong questions', async () => {
    const scene = await startScene();
    try {
      await doctor({ bus: scene.busUrl, node: '\u001b[2J' });
      expect(command.printed).toEqual([
        'WARNING  \\u001b[2J: No agent and no egress has heard of anybody of that name, uid or number within a day.  [nobody_known]',
        '         → Check how it is written, or let it send something; the status page and cotbus outcomes show who is heard.',
        'Faults: 0. Warnings: 1.',
      ]);
      expect(process.exitCode).toBe(1);
      command.printed.length = 0;
      await doctor({ bus: scene.busUrl, link: 'listen', json: true });
      expect(command.printed.map((line) => JSON.parse(line) as unknown)).toMatchObject([
        { level: 'warning', code: 'listener_empty', place: 'listen', egress: 'tak' },
      ]);
      command.printed.length = 0;
      await doctor({ bus: scene.busUrl, activateChannels: true, json: true });
      await doctor({ bus: scene.busUrl, node: 'x', link: 'y', json: true });
      expect(command.printed.map((line) => JSON.parse(line) as unknown)).toMatchObject([
        { level: 'fault', code: 'told_no' },
        { level: 'fault', code: 'told_no' },
      ]);
    } finally {
      await scene.stop();
    }
  });
});
