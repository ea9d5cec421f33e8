import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { createMessage, LinkState, meshtastic, RadioIdentity_State, RadioIdentitySchema } from '@cotbus/contracts';
import type { MessageOf } from '@cotbus/contracts';
import { joinAdminNode } from '@cotbus/simulator';
import type { SimulatedRadioOptions } from '@cotbus/simulator';
import { describe, expect, it } from 'vitest';
import { agentScene, OWN } from './testing/agent-scene.ts';

const { Team, MemberRole } = meshtastic;
const FAR = 0x2001;
/** With a hand that asks for identities. */
const scene = async (radioChoices: Partial<SimulatedRadioOptions> = {}) => {
  const { bus, statuses, until, ...rest } = await agentScene({ radio: radioChoices });
  const replies: MessageOf<'reply'>[] = [];
  await bus.subscribe('reply', {}, (reply) => void (reply && replies.push(reply)));
  const command = (verb: string, given: Record<string, string> = {}, id = `c${replies.length}`) =>
    bus.publish('command', createMessage('command', { id, target: 'hill', verb, lifeMs: 240_000, arguments: given }));
  const answer = async (verb: string, given: Record<string, string> = {}) => {
    const before = replies.length;
    command(verb, given);
    await until(() => expect(replies.length).toBeGreaterThan(before));
    const reply = replies.at(-1);
    const identity = reply?.bytes.length ? fromBinary(RadioIdentitySchema, reply.bytes) : undefined;
    const { team, role, state } = identity ?? {};
    return { ok: reply?.ok, text: reply?.text ?? '', team, role, state };
  };
  const own = () => statuses.at(-1)?.identities.find(({ node: num }) => num === OWN);
  return { ...rest, bus, statuses, replies, until, command, answer, own };
};

const farNode = async (
  { mesh, radio, until }: Awaited<ReturnType<typeof scene>>,
  options: Partial<Parameters<typeof joinAdminNode>[0]> = {},
) => {
  const node = { num: FAR, longName: 'Tracker', shortName: 'TRK' };
  const far = joinAdminNode({ mesh, node, authorised: [OWN], ...options });
  far.announce();
  await until(() => expect(radio.nodes.get(FAR)?.user).toBeDefined());
  return far;
};

describe('the identity of the attached radio', () => {
  it('is known from its configuration, without a question', async () => {
    const { own, until } = await scene();
    await until(() =>
      expect(own()).toMatchObject({ state: RadioIdentity_State.ANSWERED, team: 'Cyan', role: 'Team Member' }),
    );
  });

  it('is asked for when it was never told', async () => {
    const { own, until } = await scene({ takKeeping: 'absent' });
    await until(() => expect(own()?.state).toBe(RadioIdentity_State.NOT_STORED));
  });

  it('is asked for on a command', async () => {
    const { answer } = await scene();
    expect(await answer('identity-get')).toMatchObject({ ok: true, team: 'Cyan', role: 'Team Member' });
  });

  it('is written, survives the restart, and is read back', async () => {
    const { answer, radio, statuses } = await scene();
    const set = await answer('identity-set', { team: 'dark_blue', role: 'ForwardObserver' });
    expect(set).toMatchObject({ ok: true, team: 'Dark Blue', state: RadioIdentity_State.ANSWERED });
    expect(set.text).toContain('stored and read back');
    expect(radio.tak).toMatchObject({ team: Team.Dark_Blue, role: MemberRole.ForwardObserver });
    expect(statuses.some(({ link }) => link !== LinkState.OPEN)).toBe(true);
    const states = statuses.flatMap(({ identities }) => identities.map(({ state }) => state));
    expect(states).toContain(RadioIdentity_State.WRITING);
    expect(await answer('identity-get')).toMatchObject({ ok: true, team: 'Dark Blue' });
  });

  it('keeps what is not given', async () => {
    const { answer, radio } = await scene();
    await answer('identity-set', { role: 'Medic' });
    expect(radio.tak).toMatchObject({ team: Team.Cyan, role: MemberRole.Medic });
  });

  it('that firmware acknowledges and does not store is reported so', async () => {
    const { answer, radio } = await scene({ takKeeping: 'told' });
    const set = await answer('identity-set', { team: 'Red' });
    expect(set).toMatchObject({ ok: false, state: RadioIdentity_State.NOT_STORED });
    expect(set.text).toMatch(/acknowledged but not stored by this firmware \(2\.8\.0/);
    expect(radio.tak?.team).toBe(Team.Cyan);
  });

  it('is not written to firmware before 2.8, for nothing would come of it but a restart, unless forced', async () => {
    const { answer, radio, statuses } = await scene({ firmware: '2.7.26' });
    const set = await answer('identity-set', { team: 'Red' });
    expect(set).toMatchObject({ ok: false, state: RadioIdentity_State.NOT_STORED });
    expect(set.text).toMatch(/acknowledged but not stored by this firmware \(2\.7\.26/);
    expect(radio.connected).toBe(true);
    const opened = statuses.length;
    const forced = await answer('identity-set', { team: 'Red', force: 'true' });
    expect(forced).toMatchObject({ ok: false, state: RadioIdentity_State.NOT_STORED });
    expect(statuses.slice(opened).some(({ link }) => link !== LinkState.OPEN)).toBe(true);
  });

  it('gets no answer from a silent radio, and the question ends with a message', async () => {
    const { answer, radio } = await scene();
    radio.setSilent(true);
    const got = await answer('identity-get');
    // What it told in its configuration is still known.
    expect(got).toMatchObject({ ok: true, team: 'Cyan' });
  });

  it.each([
    [{ team: 'Pink' }, /"Pink" is no team: White, .*Dark Blue/],
    [{ role: 'Chef' }, /"Chef" is no role: Team Member, .*Forward Observer.*K9/],
    [{}, /nothing to write/],
    [{ team: 'Red', node: '!xyz' }, /is no node/],
    [{ team: 'Red', node: '!ffffffff' }, /is no node/],
    [{ team: '\u001b[31m' }, /"\\u001b\[31m" is no team/],
  ])('%j is refused in words', async (given, words) => {
    const { answer } = await scene();
    const refused = await answer('identity-set', given);
    expect(refused.ok).toBe(false);
    expect(refused.text).toMatch(words);
  });

  it('cannot be asked for while the radio is away', async () => {
    const { answer, radio, statuses, until } = await scene();
    await radio.close();
    await until(() => expect(statuses.at(-1)?.link).not.toBe(LinkState.OPEN));
    expect(await answer('identity-get')).toMatchObject({ ok: false, text: 'the radio is away: look at its link' });
  });

  it('is written once when the command comes twice', async () => {
    const { command, replies, until, statuses } = await scene();
    command('identity-set', { team: 'Red' }, 'same');
    command('identity-set', { team: 'Red' }, 'same');
    await until(() => expect(replies).toHaveLength(1));
    await until(() => expect(statuses.at(-1)?.link).toBe(LinkState.OPEN));
    expect(replies).toHaveLength(1);
  });
});

describe('the identity of another node', () => {
  it('is read over the air', async () => {
    const run = await scene();
    const far = await farNode(run);
    const got = await run.answer('identity-get', { node: '!00002001' });
    expect(got).toMatchObject({ ok: true, team: 'Cyan', role: 'Team Member' });
    expect(far.heard[0]).toMatchObject({ to: FAR, pkiEncrypted: true, channel: 0 });
    expect(run.statuses.at(-1)?.identities.map(({ node }) => node)).toEqual([OWN, FAR]);
  });

  it('is not believed when somebody else on the channel answers in its place', async () => {
    const run = await scene();
    const far = await farNode(run);
    far.setSilent(true);
    run.command('identity-get', { node: '!00002001' });
    await run.until(() => expect(run.radio.sent()).toHaveLength(1));
    const forged = create(meshtastic.AdminMessageSchema, {
      payloadVariant: {
        case: 'getModuleConfigResponse',
        value: { payloadVariant: { case: 'tak', value: { team: Team.Red } } },
      },
    });
    const data = {
      portnum: meshtastic.PortNum.ADMIN_APP,
      payload: toBinary(meshtastic.AdminMessageSchema, forged),
      requestId: run.radio.sent()[0]?.id ?? 0,
    };
    const payloadVariant = { case: 'decoded' as const, value: create(meshtastic.DataSchema, data) };
    run.radio.inject(create(meshtastic.MeshPacketSchema, { from: FAR, to: OWN, id: 77, rxRssi: -80, payloadVariant }));
    await run.until(() => expect(run.replies).toHaveLength(1));
    expect(run.replies[0]?.ok).toBe(false);
  });

  it('is written with the passkey that it gave, and read back after its restart', async () => {
    const run = await scene();
    const far = await farNode(run);
    const set = await run.answer('identity-set', { node: '00002001', team: 'Maroon', role: 'Sniper' });
    expect(set).toMatchObject({ ok: true, team: 'Maroon', role: 'Sniper' });
    expect(far.tak).toMatchObject({ team: Team.Maroon, role: MemberRole.Sniper });
  });

  it('that does not know our key answers with the key it needs', async () => {
    const run = await scene();
    await farNode(run, { authorised: [] });
    const got = await run.answer('identity-get', { node: '!00002001' });
    expect(got).toMatchObject({ ok: false, state: RadioIdentity_State.REFUSED });
    const key = Buffer.from(run.statuses.at(-1)?.publicKey ?? []).toString('base64');
    expect(key).toHaveLength(44);
    expect(got.text).toContain(`put our radio's public key ${key} into its security.admin_key`);
  });

  it('whose key our radio does not have is refused by our radio', async () => {
    const { answer } = await scene();
    const got = await answer('identity-get', { node: '!00002002' });
    expect(got.ok).toBe(false);
    expect(got.text).toContain('our radio has no public key of !00002002');
  });

  it('that is out of reach ends in a message, not in a spinner', async () => {
    const run = await scene();
    (await farNode(run)).setSilent(true);
    const got = await run.answer('identity-get', { node: '!00002001' });
    expect(got).toMatchObject({ ok: false, state: RadioIdentity_State.NO_ANSWER });
    expect(got.text).toContain('is it on, and in reach?');
  });

  it('that stores nothing is reported so', async () => {
    const run = await scene();
    await farNode(run, { keeping: 'told' });
    const set = await run.answer('identity-set', { node: '!00002001', team: 'Red' });
    expect(set).toMatchObject({ ok: false, state: RadioIdentity_State.NOT_STORED });
    expect(set.text).toContain('acknowledged but not stored');
  });

  it('waits behind another question', async () => {
    const run = await scene();
    await farNode(run);
    run.command('identity-get', { node: '!00002001' }, 'first');
    run.command('identity-get', {}, 'second');
    await run.until(() => expect(run.replies.map(({ id }) => id)).toEqual(['first', 'second']));
    expect(run.replies.map(({ ok }) => ok)).toEqual([true, true]);
  });
});
