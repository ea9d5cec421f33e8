import { describe, expect, it } from 'vitest';
import { createOwnPackets } from './own-traffic.ts';
import { decodedPacket, position, tracker } from './testing/uplinked.ts';

const HOUR_MS = 3_600_000;
const own = 0x43aa_0001;
const [ownGateway, otherGateway] = ['!43aa0001', '!55667788'];
const sentByUs = (id: number) => decodedPacket(position, { from: own, id });

describe('what comes back', () => {
  it.each([
    ['echo', sentByUs(7), ownGateway],
    ['echo', sentByUs(7), '!43AA0001'],
    ['heard', sentByUs(7), otherGateway],
    ['heard', sentByUs(7), 'some bridge'],
    ['not_ours', sentByUs(8), otherGateway],
    ['not_ours', sentByUs(8), ownGateway],
    ['not_ours', decodedPacket(position, { id: 7 }), ownGateway],
    [undefined, decodedPacket(position, { from: tracker, id: 7 }), otherGateway],
  ])('is %s', (traffic, packet, gateway) => {
    const packets = createOwnPackets(own);
    packets.sent(7, 0);
    expect(packets.recognize({ packet, channel: 'TAK', gateway }, HOUR_MS - 1)).toBe(traffic);
  });

  it('is remembered for an hour after it was last sent', () => {
    const packets = createOwnPackets(own);
    const back = { packet: sentByUs(7), channel: 'TAK', gateway: ownGateway };
    packets.sent(7, 0);
    packets.sent(8, 1);
    packets.sent(7, 1000);
    expect(packets.recognize(back, HOUR_MS + 999)).toBe('echo');
    expect(packets.recognize(back, HOUR_MS + 1000)).toBe('not_ours');
  });

  it('is remembered for 4096 ids', () => {
    const packets = createOwnPackets(own);
    for (let id = 1; id <= 4097; id += 1) packets.sent(id, 0);
    const recognized = [1, 2, 4097].map((id) =>
      packets.recognize({ packet: sentByUs(id), channel: 'TAK', gateway: ownGateway }, 0),
    );
    expect(recognized).toEqual(['not_ours', 'echo', 'echo']);
  });
});
