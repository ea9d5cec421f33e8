import { describe, expect, it } from 'vitest';
import { elect } from './assignment.ts';
import type { Unsent } from './messages.ts';
import { asked, driveOrigin, ended } from './testing/driven-origin.ts';

const tx = (agents: readonly string[] = ['one', 'two']) => driveOrigin({ elects: true, alive: { mesh: agents } });

describe('sending', () => {
  it('elects the first agent that was not asked yet', () => {
    expect(elect(['one', 'two'], [])).toBe('one');
    expect(elect(['one', 'two'], ['one'])).toBe('two');
    expect(elect(['one'], ['one'])).toBeUndefined();
  });

  it('names one agent of the mesh, in configured order, with what is left of the life', () => {
    const origin = tx();
    origin.accept('a', ['mesh'], { lifeMs: 60_000, heardMs: -1000 });
    expect(origin.take('publish')[0]?.item.addressed).toEqual([
      { destination: 'mesh', sink: 'one', assignment: 1, lifeMs: 59_000, repeat: false },
    ]);
  });

  it('journals and names another agent after not sent, and ends not_sent when none is left', () => {
    const origin = tx();
    origin.accept('a', ['mesh'], { lifeMs: 60_000 });
    asked(origin);
    origin.answer('one', { voided: [1] });
    expect(origin.journal.at(-1)).toMatchObject({ kind: 'assigned', sink: 'two', assignment: 2, repeat: false });
    expect(asked(origin)).toEqual(['a → two']);
    origin.answer('two', { voided: [1] });
    expect(ended(origin)).toEqual(['a at mesh: not_sent']);
  });

  it('says of each agent why it did not send, as far as it said so', () => {
    const origin = tx(['one', 'two', 'three']);
    origin.accept('a', ['mesh'], { lifeMs: 60_000 });
    const range = [{ first: 1, last: 1 }];
    const refuse = (sink: string, unsent: readonly Unsent[]) => {
      const answers = { settled: [], taken: [], busy: [], voided: range };
      origin.send({ kind: 'receipt', receipt: { ...origin.machine.life, sink, ...answers, unsent } });
    };
    refuse('one', [{ seq: 1, ending: { reason: 'queue_full', detail: 'too many' } }]);
    refuse('two', []);
    refuse('three', [{ seq: 1, ending: { reason: 'stopping', detail: 'stopped' } }]);
    expect(origin.take('outcome').map(({ outcome }) => outcome)).toMatchObject([
      { reason: 'not_sent', detail: 'by one (queue_full: too many), two, three (stopping: stopped)' },
    ]);
  });

  it('moves what was never published to another agent at once when its agent goes away', () => {
    const origin = tx();
    origin.send({ kind: 'disconnected' });
    origin.accept('a', ['mesh'], { lifeMs: 60_000 });
    origin.send({ kind: 'alive', sinks: new Map([['mesh', ['two']]]) });
    origin.send({ kind: 'connected' });
    expect(asked(origin)).toEqual(['a → two']);
  });

  it('waits for an agent while none is alive, and ends absent after the life', () => {
    const origin = tx([]);
    origin.accept('a', ['mesh'], { lifeMs: 3000 });
    origin.accept('b', ['mesh'], { lifeMs: 60_000 });
    origin.pass(4200);
    expect(ended(origin)).toEqual(['a at mesh: absent']);
    origin.send({ kind: 'alive', sinks: new Map([['mesh', ['one']]]) });
    expect(asked(origin)).toEqual(['b → one']);
  });

  it('gives chat to another agent 5 s after its life without an answer, as a repeat; the rest it does not', () => {
    const origin = tx();
    origin.accept('chat', ['mesh'], { lifeMs: 3000, insists: true });
    origin.accept('pli', ['mesh'], { lifeMs: 3000 });
    origin.pass(7000);
    asked(origin);
    origin.pass(3000);
    const published = origin.take('publish');
    expect(published.map(({ payload }) => payload)).toContain('chat');
    expect(published.map(({ payload }) => payload)).not.toContain('pli');
    expect(published[0]?.item.addressed[0]).toMatchObject({ sink: 'two', assignment: 2, repeat: true });
    expect(origin.machine.stats().reassignedUnanswered).toBe(1);
  });

  it('leaves the outcome to an agent that may have sent it, though another was asked since', () => {
    const origin = tx();
    origin.accept('chat', ['mesh'], { lifeMs: 3000, insists: true });
    origin.pass(10_000);
    expect(origin.take('publish').at(-1)?.item.addressed[0]?.sink).toBe('two');
    origin.take('void');
    origin.answer('two', { voided: [1] });
    origin.pass(5000);
    expect(origin.take('void').map(({ request }) => request.sink)).toContain('one');
    expect(ended(origin)).toEqual([]);
    origin.answer('one', { settled: [1] });
    expect([origin.machine.stats().open, ended(origin)]).toEqual([0, []]);
  });
});
