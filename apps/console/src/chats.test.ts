import { Kind } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { MAX_CHAT_LINES, MAX_CHAT_TEXT } from './bounds.ts';
import { createState } from './state.ts';
import { NOON, sampleHeard, sampleResult } from './testing/sample-bus.ts';

const watch = () => createState({ name: 'console', startedMs: NOON });
const line = (text: string, over = {}) => ({
  uid: 'GeoChat.ANDROID-1.All Chat Rooms.m1',
  type: 'b-t-f',
  kind: Kind.CHAT,
  callsign: '',
  detail: `<__chat chatroom="All Chat Rooms" senderCallsign="RAVEN"/><remarks>${text}</remarks>`,
  ...over,
});

describe('chat', () => {
  it('shows who said what to whom', () => {
    const state = watch();
    state.fromTak(sampleHeard(line('Where are you? &lt;now&gt;'), 2000), NOON);
    expect(state.view(NOON).chats).toEqual([
      {
        key: 'GeoChat.ANDROID-1.All Chat Rooms.m1',
        sender: 'RAVEN',
        room: 'All Chat Rooms',
        text: 'Where are you? <now>',
        from: 'tak',
        over: 'phones',
        heardMs: NOON - 2000,
      },
    ]);
  });

  it('shows a line once that was heard over two ways', () => {
    const state = watch();
    state.result(sampleResult(line('here')), NOON);
    state.fromTak(sampleHeard(line('here')), NOON + 1000);
    expect(state.view(NOON).chats.map(({ from }) => from)).toEqual(['mesh']);
  });

  it.each(['b-t-f-d', 'b-t-f-r'])('does not show the receipt %s', (type) => {
    const state = watch();
    state.fromTak(sampleHeard(line('', { type })), NOON);
    expect(state.view(NOON).chats).toEqual([]);
  });

  it('keeps a bounded number of bounded lines', () => {
    const state = watch();
    for (let index = 0; index < MAX_CHAT_LINES + 5; index += 1) {
      state.result(sampleResult(line('x'.repeat(5000), { uid: `GeoChat.${index}` })), NOON);
    }
    const { chats } = state.view(NOON);
    expect(chats).toHaveLength(MAX_CHAT_LINES);
    expect(chats[0]?.text).toHaveLength(MAX_CHAT_TEXT);
  });
});
