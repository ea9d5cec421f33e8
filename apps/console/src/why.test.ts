import { create, toBinary } from '@bufbuild/protobuf';
import { createMessage, ExplanationSchema, Finding_Level, Place_State, Reason } from '@cotbus/contracts';
import { afterEach, describe, expect, it } from 'vitest';
import { ask, closeAll, openConsole } from './testing/open-console.ts';

afterEach(closeAll);

const path = 'api/why?egress=tak&node=!1234abcd';

const openWith = async (answer: {
  readonly ok: boolean;
  readonly text: string;
  readonly bytes?: Uint8Array<ArrayBuffer>;
}) => {
  const { url, radio, clock } = await openConsole();
  const asked: unknown[] = [];
  await radio.subscribe('command', { target: 'tak', verb: 'explain' }, (command) => {
    asked.push(command?.arguments);
    radio.publish('reply', createMessage('reply', { id: command?.id ?? '', ...answer }));
  });
  return { url, clock, asked };
};

describe('why a node is seen or not', () => {
  it('is said place by place, with times by our clock', async () => {
    const { url, clock, asked } = await openWith({
      ok: true,
      text: '',
      bytes: Uint8Array.from(
        toBinary(
          ExplanationSchema,
          create(ExplanationSchema, {
            egress: 'tak',
            atMs: 1_000_000,
            subjects: [
              {
                uid: 'MESHTASTIC-1234ABCD',
                callsign: 'A1',
                heardAtMs: 940_000,
                reason: Reason.DELIVERED,
                places: [
                  {
                    name: 'phones',
                    state: Place_State.NOT_SHOWN,
                    waitingBefore: 3,
                    answer: {
                      code: 'filtered',
                      level: Finding_Level.WARNING,
                      about: 'A1',
                      cause: 'A filter.',
                      remedy: 'Change it.',
                    },
                  },
                ],
              },
            ],
          }),
        ),
      ),
    });
    expect(JSON.parse((await ask(`${url}${path}`)).text)).toEqual([
      {
        uid: 'MESHTASTIC-1234ABCD',
        callsign: 'A1',
        heardMs: clock.now() - 60_000,
        reason: 'delivered',
        detail: '',
        places: [{ name: 'phones', state: 'not_shown', cause: 'A filter.', remedy: 'Change it.', waitingBefore: 3 }],
      },
    ]);
    expect(asked).toEqual([{ nodes: '!1234abcd' }]);
  });

  it('is refused in words, and never an exception', async () => {
    const refused = await openWith({ ok: false, text: 'too many questions' });
    expect(await ask(`${refused.url}${path}`)).toMatchObject({ status: 409, text: 'too many questions\n' });
    const garbled = await openWith({ ok: true, text: '', bytes: Uint8Array.of(255, 255, 255) });
    expect((await ask(`${garbled.url}${path}`)).status).toBe(502);
    expect((await ask(`${garbled.url}api/why?egress=tak&node=x`)).status).toBe(400);
    expect((await ask(`${garbled.url}${path}`, { headers: {} })).status).toBe(401);
  });
});
