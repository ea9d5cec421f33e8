import { meshtastic } from '@cotbus/contracts';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { broadcastPacket } from './mesh-packet.ts';
import { PEER_NUM, RADIO_NUM, radioOnMesh } from './testing/radio-on-mesh.ts';

const peers = join(import.meta.dirname, '../../../peers');
const installed = existsSync(join(peers, 'node_modules'));
// oxlint-disable-next-line no-console -- a test that did not run should say how it would
if (!installed) console.warn('skipped: the independent client is not installed, `npm ci --prefix peers` does that');

/** The other client waits 200 ms between its messages and starts a Node of its own. */
const TIMEOUT_MS = 20_000;

describe.skipIf(!installed)('an independent client', () => {
  it.each(['2.7.22', '2.7.26', '2.8.0'] as const)(
    'completes the handshake with %s and gets a packet of port 78',
    async (firmware) => {
      const { mesh, radio } = await radioOnMesh({ firmware });
      const portnum = meshtastic.PortNum.ATAK_PLUGIN_V2;
      mesh.transmit(broadcastPacket({ from: PEER_NUM, id: 1, portnum, payload: Uint8Array.of(0xff, 8, 1) }));
      const check = join(peers, 'check-simulator.mjs');
      const { stdout } = await promisify(execFile)(process.execPath, [check, radio.host, String(radio.port)], {
        timeout: TIMEOUT_MS,
      });
      expect(JSON.parse(stdout)).toMatchObject({
        ok: true,
        configured: true,
        myNodeNum: RADIO_NUM,
        channels: 8,
        configs: 10,
        nodes: 2,
        takPackets: 1,
      });
    },
    TIMEOUT_MS,
  );
});
