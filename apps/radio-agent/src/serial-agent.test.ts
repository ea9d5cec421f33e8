import { createMessage, LinkState, meshtastic } from '@cotbus/contracts';
import type { AgentStatus, FrameHeard } from '@cotbus/contracts';
import { startService, systemClock } from '@cotbus/service';
import { createMemoryBroker, memoryJournals, silentLog } from '@cotbus/service/testing';
import { broadcastPacket, createMesh, startSimulatedRadio } from '@cotbus/simulator';
import { createPtyLine } from '@cotbus/testkit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { radioAgent } from './agent.ts';
import { radioFromText, radioOptions } from './options.ts';
import { canRunSerial } from './testing/serial-line.ts';

const until = (check: () => void) => vi.waitFor(check, { interval: 10, timeout: 20_000 });

describe('which radio is meant', () => {
  it.each([
    ['auto', { serial: 'auto' }],
    ['/dev/ttyUSB0', { serial: '/dev/ttyUSB0' }],
    ['COM7', { serial: 'COM7' }],
    ['usb:303a:1001', { serial: 'usb:303a:1001' }],
    ['192.168.1.50', { tcp: '192.168.1.50' }],
    ['radio.local:4404', { tcp: 'radio.local:4404' }],
  ])('%s', (text, expected) => {
    expect(radioFromText(text)).toEqual(expected);
    expect(radioOptions.safeParse(radioFromText(text)).success).toBe(true);
  });

  it('is said once: over TCP or serial', () => {
    expect(radioOptions.safeParse({}).success).toBe(false);
    expect(radioOptions.safeParse({ tcp: 'a', serial: 'auto' }).success).toBe(false);
  });
});

describe.skipIf(!canRunSerial)('an agent with a radio on a serial line', () => {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close();
  });

  it('hears frames, says when it is unplugged, and goes on when it is plugged in again', async () => {
    const mesh = createMesh({ clock: systemClock, seed: 3 });
    const radio = await startSimulatedRadio({ mesh, node: { num: 0x77, longName: 'Base', shortName: 'BASE' } });
    const line = createPtyLine();
    const broker = createMemoryBroker();
    const bus = broker.connect();
    const statuses: AgentStatus[] = [];
    const frames: FrameHeard[] = [];
    await bus.subscribe('agentStatus', {}, (status) => status && statuses.push(status));
    await bus.subscribe('frameHeard', {}, (frame) => frame && frames.push(frame));
    const egress = { name: 'tak-egress', instance: 'tak', online: true, destination: { name: 'tak' } };
    bus.publish('serviceStatus', createMessage('serviceStatus', egress));
    await line.plugIn(radio.port);
    const running = await startService(radioAgent, {
      options: radioOptions.parse({ name: 'hill', mesh: 'valley', serial: line.path }),
      bus: broker.connect(),
      log: silentLog(),
      clock: systemClock,
      random: () => 0,
      journals: memoryJournals(),
    });
    closers.push(
      () => radio.close(),
      () => line.close(),
      () => running.stop(),
    );
    const hear = (text: string) =>
      mesh.transmit(
        broadcastPacket({
          from: 0x2001,
          id: mesh.nextPacketId(),
          portnum: meshtastic.PortNum.TEXT_MESSAGE_APP,
          payload: new TextEncoder().encode(text),
        }),
      );
    const heard = () => frames.filter(({ port }) => port === 1).length;
    await until(() => expect(statuses.at(-1)?.link).toBe(LinkState.OPEN));
    hear('one');
    await until(() => expect(heard()).toBe(1));

    radio.cut();
    await until(() => expect(statuses.at(-1)?.link).toBe(LinkState.WAITING));
    await line.plugIn(radio.port);
    await until(() => expect(statuses.at(-1)?.link).toBe(LinkState.OPEN));
    hear('two');
    await until(() => expect(heard()).toBe(2));
  });
});
