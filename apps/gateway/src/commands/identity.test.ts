import { meshtastic } from '@cotbus/contracts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startScene } from '../testing/scene.ts';
import { useCommandRun } from '../testing/command-run.ts';
import { getIdentity, setIdentity } from './identity.ts';

const command = useCommandRun('identity');

describe('cotbus identity', () => {
  it('reads what the only radio has, and writes it, over its restart', async () => {
    const scene = await startScene();
    onTestFinished(() => scene.stop());
    await getIdentity({ bus: scene.busUrl });
    expect(command.printed).toEqual(['!00001000: team Cyan, role Team Member']);
    await setIdentity({ bus: scene.busUrl, team: 'Dark Blue', role: 'team lead', json: true });
    expect(JSON.parse(command.printed[1] ?? '')).toMatchObject({
      agent: 'radio-0',
      ok: true,
      node: '!00001000',
      state: 'answered',
      team: 'Dark Blue',
      role: 'Team Lead',
    });
    expect(scene.radios[0]?.tak).toMatchObject({
      team: meshtastic.Team.Dark_Blue,
      role: meshtastic.MemberRole.TeamLead,
    });
    expect(process.exitCode).toBeUndefined();
  });

  it('wants the agent named where there are several, and ends with status 1 without an answer that it stands so', async () => {
    const scene = await startScene({ radios: 2, firmware: '2.7.26' });
    onTestFinished(() => scene.stop());
    await getIdentity({ bus: scene.busUrl });
    expect(command.complained).toEqual(['Several radios: name one with --agent (radio-0, radio-1).']);
    await getIdentity({ bus: scene.busUrl, agent: 'radio-7' });
    expect(command.complained[1]).toBe('There is no agent "radio-7" with a radio; there are: radio-0, radio-1.');
    await setIdentity({ bus: scene.busUrl, agent: 'radio-1', team: 'Red' });
    expect(command.complained[2]).toContain('acknowledged but not stored by this firmware (2.7.26');
    expect(process.exitCode).toBe(1);
  });
});
