import { create } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { readRouting, routingErrorName } from './routing.ts';

const data = (payload: number[], requestId = 77, portnum: meshtastic.PortNum = meshtastic.PortNum.ROUTING_APP) =>
  create(meshtastic.DataSchema, { portnum, requestId, payload: Uint8Array.from(payload) });

describe('readRouting', () => {
  it.each([
    ['an acknowledgement', [0x18, 0], 'NONE'],
    ['an acknowledgement that leaves the zero out', [], 'NONE'],
    ['a refusal', [0x18, 5], 'MAX_RETRANSMIT'],
    ['an error that is newer than this version', [0x18, 99], '99'],
  ])('reads %s', (_, payload, error) => {
    expect(readRouting(data(payload))).toEqual({ requestId: 77, error });
  });

  it.each([
    ['another port', data([0x18, 0], 77, meshtastic.PortNum.TELEMETRY_APP)],
    ['an answer to nothing', data([0x18, 0], 0)],
    ['garbage', data([0xff, 0xff])],
    ['a route reply', data([0x12, 0])],
  ])('does not take %s for an answer', (_, input) => {
    expect(readRouting(input)).toBeUndefined();
  });

  it('names the errors of a queue status', () => {
    expect(routingErrorName(9)).toBe('DUTY_CYCLE_LIMIT');
  });
});
