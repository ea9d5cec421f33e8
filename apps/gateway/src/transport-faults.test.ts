/** What goes wrong with a transport while traffic flows: it recovers by itself, and nothing accepted goes without an outcome. */
import { itemKey, LinkState, meshtastic } from '@cotbus/contracts';
import { broadcastPacket } from '@cotbus/simulator';
import { hasSocat } from '@cotbus/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { startScene } from './testing/scene.ts';
import type { Scene, SceneOptions } from './testing/scene.ts';
import { serialTransport, uplinkTransport } from './testing/transports.ts';

interface Transport {
  readonly reach: SceneOptions['reach'];
  /** By name; each resolves when whatever is to come back from outside is back. */
  readonly faults: Readonly<Record<string, (scene: Scene) => Promise<void>>>;
}

const halfFrame = Uint8Array.of(0x94, 0xc3, 0x00, 0x40, 0x12);
const noise = Uint8Array.from({ length: 3000 }, (_, at) => [0x94, 0xc3, 0x01, 0xff, (at * 7919) & 0xff][at % 5] ?? 0);
/** PUBLISH of 2000 bytes, of which five come. */
const halfPublish = Uint8Array.of(0x30, 0xd0, 0x0f, 0x00, 0x04, 0x6d, 0x73, 0x68);

const eachRadio = (scene: Scene, hurt: (radio: Scene['radios'][number]) => void): void => {
  for (const radio of scene.radios) hurt(radio);
};

/** @param replug what a cable needs after its radio has ended the connection */
const streamFaults = (replug: (scene: Scene) => Promise<void>): Transport['faults'] => ({
  cut: async (scene) => {
    eachRadio(scene, (radio) => radio.cut());
    await replug(scene);
  },
  'reset in the middle of a frame': async (scene) => {
    eachRadio(scene, (radio) => {
      radio.write(halfFrame);
      radio.reset();
    });
    await replug(scene);
  },
  restart: async (scene) => {
    eachRadio(scene, (radio) => radio.reboot());
    await replug(scene);
  },
  garbage: async (scene) => eachRadio(scene, (radio) => radio.write(noise)),
  'console text': async (scene) => eachRadio(scene, (radio) => radio.printLog()),
  slowness: async (scene) => eachRadio(scene, (radio) => radio.setBytewise(true)),
});

const overTcp = (): Transport => ({ reach: undefined, faults: streamFaults(async () => {}) });
const overSerial = (): Transport => {
  const { reach, replug } = serialTransport();
  return { reach, faults: streamFaults((scene) => replug(scene.radios)) };
};
const overUplink = (): Transport => {
  const { reach, broker } = uplinkTransport('2.8.0');
  return {
    reach,
    faults: {
      cut: async () => broker.sockets().forEach((socket) => socket.destroy()),
      'reset in the middle of a packet': async () => {
        for (const socket of broker.sockets()) socket.write(halfPublish, () => socket.resetAndDestroy());
      },
      restart: async () => {
        await broker.stop();
        await broker.start();
      },
      garbage: async () => {
        broker.publish('msh/EU_868/2/e/SIM/!00001100', noise);
        broker.publish('msh/EU_868/2/e/SIM/!00001100', new Uint8Array(500_000));
        broker.publish('msh/EU_868/2/map/', Uint8Array.of(0xff));
        for (const socket of broker.sockets()) socket.write(noise);
      },
    },
  };
};

/** Every item that was accepted, by the destinations it is meant for. */
const watchItems = async (scene: Scene): Promise<ReadonlyMap<string, readonly string[]>> => {
  const items = new Map<string, readonly string[]>();
  for (const topic of ['frameHeard', 'eventHeard'] as const) {
    await scene.bus.subscribe(topic, {}, (heard) => {
      if (heard?.item?.id === undefined) return;
      const { id, addressed } = heard.item;
      items.set(
        itemKey(id),
        addressed.map(({ destination }) => destination),
      );
    });
  }
  return items;
};

const event = (uid: string): string => {
  const iso = (ms: number) => new Date(Date.now() + ms).toISOString();
  return (
    `<event version="2.0" uid="GeoChat.HQ.All Chat Rooms.${uid}" type="b-t-f" how="h-g-i-g-o" time="${iso(0)}" ` +
    `start="${iso(0)}" stale="${iso(600_000)}"><point lat="1" lon="2" hae="0" ce="0" le="0"/><detail>` +
    `<__chat id="All Chat Rooms" chatroom="All Chat Rooms" senderCallsign="HQ" messageId="${uid}"/>` +
    `<remarks>${uid}</remarks></detail></event>`
  );
};

const transports: readonly [string, () => Transport, boolean][] = [
  ['a serial line', overSerial, !hasSocat()],
  ['TCP', overTcp, false],
  ['an MQTT uplink', overUplink, false],
];

describe.each(transports)('over %s', (_name, make, isAbsent) => {
  let scene: Scene | undefined;
  afterEach(async () => {
    await scene?.stop();
    scene = undefined;
  });

  it.skipIf(isAbsent).each(Object.keys(make().faults))(
    '%s: it recovers by itself, and every item has its one outcome at each destination',
    async (name) => {
      const { reach, faults } = make();
      const made = await startScene({ fast: true, toMesh: { uidIntervalSeconds: 0 }, ...(reach && { reach }) });
      scene = made;
      // Somebody who relays: chat is acknowledged at once.
      made.mesh.join({ num: 0x2002, hopsAway: 0, hear: () => {} });
      const items = await watchItems(made);
      let link: LinkState = LinkState.OPEN;
      await made.bus.subscribe('agentStatus', {}, (status) => void (link = status?.link ?? link));
      const client = await made.client();
      const traffic = (from: number, to: number): void => {
        for (let at = from; at < to; at += 1) {
          const payload = new TextEncoder().encode(`text-${at}.`);
          const portnum = meshtastic.PortNum.TEXT_MESSAGE_APP;
          made.mesh.transmit(broadcastPacket({ from: 0x2001, id: 0x7000 + at, portnum, payload }));
          if (at % 3 === 0) client.send(event(`chat-${at}`));
        }
      };
      traffic(0, 3);
      await client.waitFor('what comes before', (xml) => xml.includes('text-2.'));
      const hurting = faults[name]?.(made);
      traffic(3, 8);
      await hurting;
      traffic(8, 10);
      // As often as it takes: what is said to a radio that is away is not heard.
      const again = setInterval(() => traffic(10, 11), 500);
      await client.waitFor('what comes after', (xml) => xml.includes('text-10.')).finally(() => clearInterval(again));
      await expect.poll(() => link).toBe(LinkState.OPEN);

      const missing = (): string[] => {
        const ended = made.outcomes.map(({ item, destination }) => `${item && itemKey(item)} ${destination}`);
        return [...items].flatMap(([key, destinations]) =>
          destinations.map((destination) => `${key} ${destination}`).filter((one) => !ended.includes(one)),
        );
      };
      await expect.poll(missing, { timeout: 20_000 }).toEqual([]);
      const all = made.outcomes.map(({ item, destination }) => `${item && itemKey(item)} ${destination}`);
      expect(new Set(all).size).toBe(all.length);
      expect(items.size).toBeGreaterThan(7);
      // Each text once, however often it was heard.
      for (const at of [0, 1, 2, 10]) {
        expect(client.events.filter((xml) => xml.includes(`text-${at}.`))).toHaveLength(1);
      }
    },
    60_000,
  );
});
