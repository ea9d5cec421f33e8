import { meshtastic } from '@cotbus/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TakValues } from './admin.ts';
import { identityStart, identityStep } from './identity.ts';
import type { IdentityInput, IdentityOutput, IdentityTask } from './identity.ts';

const { Red, Cyan, Blue } = meshtastic.Team;
const { Medic, TeamMember } = meshtastic.MemberRole;
const cyan: TakValues = { team: Cyan, role: TeamMember };
const redMedic: TakValues = { team: Red, role: Medic };
const KEY = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const OTHER_KEY = Uint8Array.of(8, 7, 6, 5, 4, 3, 2, 1);

/** A dialogue with a node, seconds apart; what it gives since the last `take` as short texts. */
const dialogue = (task: Partial<IdentityTask> = {}) => {
  let state = identityStart();
  let nowMs = 5000;
  let outputs: IdentityOutput[] = [];
  const step = (input: IdentityInput): void => {
    const next = identityStep(state, input);
    state = next.state;
    outputs.push(...next.outputs);
  };
  const run = {
    begin: () => step({ kind: 'begin', task: { node: 7, isOwn: true, wish: undefined, ...task }, nowMs }),
    answer: (tak: TakValues | undefined, { request = state.requests, passkey = KEY } = {}) =>
      step({ kind: 'answer', request, tak, passkey, nowMs }),
    routing: (error: string, { isTarget = true, request = state.requests } = {}) =>
      step({ kind: 'routing', request, error, isTarget, nowMs }),
    away: () => step({ kind: 'away', nowMs }),
    ready: (tak: TakValues | undefined) => step({ kind: 'ready', tak, nowMs }),
    told: (tak: TakValues | undefined) => step({ kind: 'told', tak }),
    wait: (seconds: number) => {
      for (let second = 0; second < seconds; second += 1) {
        nowMs += 1000;
        step({ kind: 'tick', nowMs });
      }
    },
    take: (): readonly unknown[] => {
      const taken = outputs;
      outputs = [];
      return taken.map((output) => {
        if (output.kind === 'writing') return 'writing';
        if (output.kind === 'done') return output.result;
        return output.message.kind === 'get' ? 'get' : { set: output.message.tak, key: output.message.passkey.length };
      });
    },
    isActive: () => state.active !== undefined,
    outputs: () => outputs,
  };
  return run;
};

/** Another node, to be written, that was read and asked to write. */
const written = (task: Partial<IdentityTask> = {}) => {
  const run = dialogue({ wish: redMedic, ...task });
  run.begin();
  run.answer(cyan);
  run.take();
  run.routing('NONE');
  return run;
};

describe('reading', () => {
  it.each([true, false])('asks, and tells what was answered (attached: %s)', (isOwn) => {
    const run = dialogue({ isOwn });
    run.begin();
    expect(run.take()).toEqual(['get']);
    run.answer(cyan);
    expect(run.take()).toEqual([{ kind: 'answered', tak: cyan, change: 'none' }]);
    expect(run.isActive()).toBe(false);
  });

  it('takes the answer to an earlier try of the same question', () => {
    const run = dialogue({ isOwn: false });
    run.begin();
    run.wait(30);
    run.answer(cyan, { request: 1 });
    expect(run.take()).toEqual(['get', 'get', { kind: 'answered', tak: cyan, change: 'none' }]);
  });

  it.each([
    ['the attached radio twice in 10 s', true, 10],
    ['another node twice in a minute', false, 60],
  ])('asks %s, then says that there was no answer', (_, isOwn, seconds) => {
    const run = dialogue({ isOwn });
    run.begin();
    run.wait(seconds - 1);
    expect(run.take()).toEqual(['get', 'get']);
    run.wait(1);
    expect(run.take()).toEqual([{ kind: 'no_answer', step: 'reading', error: '' }]);
    run.wait(600);
    expect(run.take()).toEqual([]);
  });

  it('tries again at once when the mesh says that nobody was reached, and names why at the end', () => {
    const run = dialogue({ isOwn: false });
    run.begin();
    run.routing('MAX_RETRANSMIT', { isTarget: false });
    run.routing('MAX_RETRANSMIT', { isTarget: false });
    expect(run.take()).toEqual(['get', 'get', { kind: 'no_answer', step: 'reading', error: 'MAX_RETRANSMIT' }]);
  });

  it('goes on waiting when the question only arrived', () => {
    const run = dialogue({ isOwn: false });
    run.begin();
    run.routing('NONE', { isTarget: false });
    run.routing('NONE');
    run.wait(20);
    run.answer(redMedic);
    expect(run.take()).toEqual(['get', { kind: 'answered', tak: redMedic, change: 'none' }]);
  });

  it('takes what the radio told in its configuration where it answers nothing better', () => {
    const empty = dialogue();
    empty.ready(cyan);
    empty.begin();
    empty.answer(undefined);
    expect(empty.take()).toEqual(['get', { kind: 'answered', tak: cyan, change: 'none' }]);

    const silent = dialogue();
    silent.ready(cyan);
    silent.told(redMedic);
    silent.begin();
    silent.wait(10);
    expect(silent.take().at(-1)).toEqual({ kind: 'answered', tak: redMedic, change: 'none' });
  });

  it.each([
    ['the attached radio', true],
    ['another node, whatever the attached radio told', false],
  ])('says that %s with an empty answer does not keep it', (_, isOwn) => {
    const run = dialogue({ isOwn });
    run.ready(isOwn ? undefined : cyan);
    run.begin();
    run.answer(undefined);
    expect(run.take().at(-1)).toEqual({ kind: 'not_stored', acknowledged: false, tak: undefined });
  });

  it('takes it for no setting when the node itself has no response, and for no answer when another says so', () => {
    const own = dialogue();
    own.begin();
    own.routing('NO_RESPONSE');
    expect(own.take()).toEqual(['get', { kind: 'not_stored', acknowledged: false, tak: undefined }]);
    const far = dialogue({ isOwn: false });
    far.begin();
    far.routing('NO_RESPONSE', { isTarget: false });
    expect(far.take()).toEqual(['get', 'get']);
  });

  it.each([
    ['ADMIN_PUBLIC_KEY_UNAUTHORIZED', true],
    ['NOT_AUTHORIZED', true],
    ['PKI_SEND_FAIL_PUBLIC_KEY', false],
    ['PKI_UNKNOWN_PUBKEY', true],
    ['NO_CHANNEL', true],
    ['DUTY_CYCLE_LIMIT', false],
    ['77', true],
  ])('ends at once when refused with %s', (error, isTarget) => {
    const run = dialogue({ isOwn: false });
    run.begin();
    run.routing(error, { isTarget });
    expect(run.take()).toEqual(['get', { kind: 'refused', error, isTarget }]);
  });

  it('asks again after the attached radio was away, and waits for it no longer than 90 s', () => {
    const run = dialogue();
    run.begin();
    run.away();
    run.wait(40);
    run.ready(undefined);
    run.answer(cyan);
    expect(run.take()).toEqual(['get', 'get', { kind: 'answered', tak: cyan, change: 'none' }]);

    const gone = dialogue();
    gone.begin();
    gone.away();
    gone.wait(90);
    expect(gone.take()).toEqual(['get', { kind: 'no_answer', step: 'reading', error: '' }]);
  });
});

describe('writing to the attached radio', () => {
  it('reads, writes without a passkey, waits for the restart, and believes what the radio tells after it', () => {
    const run = dialogue({ wish: redMedic });
    run.begin();
    run.answer(cyan);
    expect(run.take()).toEqual(['get', 'writing', { set: redMedic, key: 0 }]);
    run.routing('NONE');
    run.wait(7);
    run.away();
    run.wait(30);
    expect(run.take()).toEqual([]);
    run.ready(redMedic);
    expect(run.take()).toEqual([{ kind: 'answered', tak: redMedic, change: 'stored' }]);
  });

  it('leaves alone what is not wished', () => {
    const run = dialogue({ wish: { team: Blue } });
    run.begin();
    run.answer(redMedic);
    expect(run.take().at(-1)).toEqual({ set: { team: Blue, role: Medic }, key: 0 });
  });

  it('writes nothing when it is so already', () => {
    const run = dialogue({ wish: { role: Medic } });
    run.begin();
    run.answer(redMedic);
    expect(run.take()).toEqual(['get', { kind: 'answered', tak: redMedic, change: 'already' }]);
  });

  it('reads back when the configuration does not tell, and says what the firmware did not store', () => {
    const run = written();
    run.away();
    run.ready(undefined);
    run.answer(undefined);
    expect(run.take()).toEqual(['get', { kind: 'not_stored', acknowledged: true, tak: undefined }]);
  });

  it.each([
    ['the old values', cyan],
    ['values of nobody', { team: Blue, role: Medic }],
  ])('is not stored when the radio comes back with %s', (_, tak) => {
    const run = written();
    run.away();
    run.ready(tak);
    expect(run.take()).toEqual([{ kind: 'not_stored', acknowledged: true, tak }]);
  });

  it('reads back from a radio that does not restart', () => {
    const run = written();
    run.wait(20);
    run.answer(redMedic);
    expect(run.take()).toEqual(['get', { kind: 'answered', tak: redMedic, change: 'stored' }]);
  });

  it('does not judge by a configuration told between write and restart', () => {
    const run = written();
    run.told(cyan);
    expect(run.take()).toEqual([]);
    expect(run.isActive()).toBe(true);
  });

  it('finds out by itself when the acknowledgement is lost in the restart', () => {
    const run = dialogue({ wish: redMedic });
    run.begin();
    run.answer(cyan);
    run.away();
    run.ready(redMedic);
    expect(run.take().at(-1)).toEqual({ kind: 'answered', tak: redMedic, change: 'stored' });
  });

  it('says after 90 s that the radio did not come back', () => {
    const run = written();
    run.away();
    run.wait(89);
    expect(run.take()).toEqual([]);
    run.wait(1);
    expect(run.take()).toEqual([{ kind: 'no_answer', step: 'checking', error: '' }]);
  });
});

describe('writing to another node', () => {
  const remote = { isOwn: false };

  it('carries the passkey of the answer, waits for the restart, and reads back', () => {
    const run = dialogue({ wish: redMedic, ...remote });
    run.begin();
    run.answer(cyan);
    expect(run.take()).toEqual(['get', 'writing', { set: redMedic, key: 8 }]);
    run.routing('NONE', { isTarget: false });
    expect(run.take()).toEqual([]);
    run.routing('NONE');
    run.wait(19);
    expect(run.take()).toEqual([]);
    run.wait(1);
    expect(run.take()).toEqual(['get']);
    run.answer(redMedic);
    expect(run.take()).toEqual([{ kind: 'answered', tak: redMedic, change: 'stored' }]);
  });

  it('gets a new passkey once when the old one is refused', () => {
    const run = dialogue({ wish: redMedic, ...remote });
    run.begin();
    run.answer(cyan);
    run.routing('ADMIN_BAD_SESSION_KEY');
    run.answer(cyan, { passkey: OTHER_KEY });
    expect(run.take()).toEqual([
      'get',
      'writing',
      { set: redMedic, key: 8 },
      'get',
      'writing',
      { set: redMedic, key: 8 },
    ]);
    run.routing('ADMIN_BAD_SESSION_KEY');
    expect(run.take()).toEqual([{ kind: 'refused', error: 'ADMIN_BAD_SESSION_KEY', isTarget: true }]);
  });

  it('writes to a node that does not say what it has', () => {
    const run = dialogue({ wish: { team: Red }, ...remote });
    run.begin();
    run.answer(undefined);
    expect(run.take().at(-1)).toEqual({ set: { team: Red, role: 0 }, key: 8 });
  });

  it('asks three times after the restart, then says that it is not known', () => {
    const run = written(remote);
    run.wait(20 + 89);
    expect(run.take()).toEqual(['get', 'get', 'get']);
    run.wait(1);
    expect(run.take()).toEqual([{ kind: 'no_answer', step: 'checking', error: '' }]);
  });

  it('reads back although nothing acknowledged the write', () => {
    const run = dialogue({ wish: redMedic, ...remote });
    run.begin();
    run.answer(cyan);
    run.take();
    run.routing('MAX_RETRANSMIT', { isTarget: false });
    run.wait(20);
    run.answer(redMedic);
    expect(run.take()).toEqual(['get', { kind: 'answered', tak: redMedic, change: 'stored' }]);
  });

  it('is not moved by the attached radio coming and going', () => {
    const run = written(remote);
    run.away();
    run.ready(redMedic);
    expect(run.take()).toEqual([]);
    run.wait(20);
    expect(run.take()).toEqual(['get']);
  });

  it('is told when the setting is not known there', () => {
    const run = dialogue({ wish: redMedic, ...remote });
    run.begin();
    run.answer(cyan);
    run.take();
    run.routing('BAD_REQUEST');
    expect(run.take()).toEqual([{ kind: 'not_stored', acknowledged: false, tak: undefined }]);
  });

  it('ignores answers to what was asked before the write', () => {
    const run = written(remote);
    run.wait(20);
    run.take();
    run.answer(cyan, { request: 1 });
    run.routing('NOT_AUTHORIZED', { request: 1 });
    expect(run.take()).toEqual([]);
  });
});

it('ends every task within five minutes, once, whatever comes', () => {
  const tak = fc.option(fc.record({ team: fc.constantFrom(0, 5, 10), role: fc.constantFrom(0, 1, 5) }), {
    nil: undefined,
  });
  const errors = fc.constantFrom('NONE', 'MAX_RETRANSMIT', 'ADMIN_BAD_SESSION_KEY', 'NOT_AUTHORIZED', 'TIMEOUT');
  const event = fc.oneof(
    fc.record({ what: fc.constant('answer' as const), tak }),
    fc.record({ what: fc.constant('routing' as const), error: errors, isTarget: fc.boolean() }),
    fc.record({ what: fc.constant('ready' as const), tak }),
    fc.record({ what: fc.constant('away' as const) }),
    fc.record({ what: fc.constant('wait' as const), seconds: fc.integer({ min: 1, max: 40 }) }),
  );
  const wish = fc.option(fc.record({ team: fc.constantFrom(5, 10) }), { nil: undefined });
  fc.assert(
    fc.property(fc.boolean(), wish, fc.array(event, { maxLength: 30 }), (isOwn, wished, events) => {
      const run = dialogue({ isOwn, wish: wished });
      run.begin();
      for (const each of events) {
        if (each.what === 'answer') run.answer(each.tak);
        else if (each.what === 'routing') run.routing(each.error, each);
        else if (each.what === 'ready') run.ready(each.tak);
        else if (each.what === 'away') run.away();
        else run.wait(each.seconds);
      }
      run.wait(300);
      expect(run.isActive()).toBe(false);
      expect(run.outputs().filter(({ kind }) => kind === 'done')).toHaveLength(1);
    }),
  );
});
