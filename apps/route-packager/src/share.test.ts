import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCredentials, revokeConnection, systemPorts, tlsOptions } from '@cotbus/certificates';
import type { Credentials } from '@cotbus/certificates';
import { buildEventXml, stampEvent } from '@cotbus/codec';
import { createMessage, Kind } from '@cotbus/contracts';
import type { CotEvent, RxResult } from '@cotbus/contracts';
import { fakeClock } from '@cotbus/service/testing';
import { cotFaults, nodeAt, readXml } from '@cotbus/testkit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeServerFiles } from './testing/tak-server-mock.ts';
import { startPackager } from './testing/packager-world.ts';
import { unzip } from './testing/read-package.ts';
import { eventWith, manyPoints, routeEvent } from './testing/sample-routes.ts';

const THREE = routeEvent(manyPoints(3));

describe('packages that are shared', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cotbus-share-'));
  let certificates: string;
  const credentialsIn = async (below: string): Promise<Credentials & { folder: string }> => {
    const files = await makeServerFiles(below);
    const read = await readCredentials(files, { role: 'client', nowMs: Date.now() });
    if (!read.ok) throw new Error(read.faults[0]?.detail);
    return { ...read.credentials, folder: files.folder };
  };
  let phone: Credentials;
  let stranger: Credentials;
  beforeAll(async () => {
    const ours = await credentialsIn(folder);
    phone = ours;
    certificates = ours.folder;
    stranger = await credentialsIn(mkdtempSync(join(folder, 'other-')));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const start = async (more: object = {}) => {
    const share = { enabled: true, host: 'localhost', address: 'localhost', port: 0, certificates, ...more };
    const world = await startPackager({ options: { share, save: false }, clock: fakeClock(Date.now()) });
    const heard: RxResult[] = [];
    await world.bus.subscribe('rxResult', {}, (result) => {
      if (result?.item?.id?.origin === 'routes') heard.push(result);
    });
    const offers = (type: string): CotEvent[] =>
      heard.flatMap(({ result }) => (result.case === 'event' && result.value.type === type ? result.value : []));
    return {
      ...world,
      heard,
      offers,
      /** A TAK egress is there. */
      egress: async (): Promise<void> => {
        const about = { name: 'tak-egress', instance: 'tak', online: true, atMs: world.clock.now(), ready: true };
        world.bus.publish('serviceStatus', createMessage('serviceStatus', { ...about, destination: { name: 'tak' } }));
        await world.clock.pass(100);
      },
      /** The first event of that type. */
      offer: async (type: string): Promise<CotEvent> => {
        await vi.waitFor(
          async () => {
            await world.clock.pass(100);
            expect(offers(type)).not.toEqual([]);
          },
          { timeout: 20_000 },
        );
        const [first] = offers(type);
        if (first === undefined) throw new Error(type);
        return first;
      },
    };
  };
  const xmlOf = (event: CotEvent) => buildEventXml(stampEvent(event, Date.now()));
  const shareOf = (event: CotEvent) => nodeAt(readXml(xmlOf(event)), 'detail/fileshare')?.attributes ?? {};

  const fetch = (url: string, who: Credentials | undefined, method = 'GET') =>
    new Promise<{ status: number; bytes: Buffer }>((resolve, reject) => {
      const tls = who === undefined ? { ca: [...phone.ca] } : { ...tlsOptions(who), ca: [...phone.ca] };
      const asked = request(url, { ...tls, method, agent: false }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, bytes: Buffer.concat(parts) }));
      });
      asked.on('error', reject);
      asked.end();
    });

  it('are offered to every egress, and fetched with the certificate of a connection package', async () => {
    const world = await start({ contacts: ['ALPHA', 'B & C'] });
    await world.egress();
    world.hear(1, THREE);
    expect(await world.outcomes(1)).toEqual(['delivered offered to ALPHA, B & C']);
    const event = await world.offer('b-f-t-r');
    expect(cotFaults(xmlOf(event))).toEqual([]);
    expect(event).toMatchObject({ kind: Kind.RAW, how: 'h-e' });
    const detail = nodeAt(readXml(xmlOf(event)), 'detail');
    expect(nodeAt(detail ?? readXml('<x/>'), 'marti')?.children.map(({ attributes }) => attributes)).toEqual([
      { callsign: 'ALPHA' },
      { callsign: 'B & C' },
    ]);
    const { senderUrl = '', sha256, sizeInBytes, filename } = shareOf(event);
    const got = await fetch(senderUrl, phone);
    expect(got.status).toBe(200);
    expect([filename, sizeInBytes]).toEqual(['route-1.zip', String(got.bytes.length)]);
    expect(createHash('sha256').update(got.bytes).digest('hex')).toBe(sha256);
    expect([...unzip(got.bytes).keys()]).toContain('MANIFEST/manifest.xml');
    expect(world.heard[0]?.item?.addressed).toMatchObject([{ destination: 'tak', sink: 'tak' }]);
  });

  it('are given to nobody else', async () => {
    const world = await start();
    await world.egress();
    world.hear(1, THREE);
    const { senderUrl = '' } = shareOf(await world.offer('b-f-t-r'));
    await expect(fetch(senderUrl, undefined)).rejects.toBeInstanceOf(Error);
    await expect(fetch(senderUrl, stranger)).rejects.toBeInstanceOf(Error);
    expect((await fetch(senderUrl.replace(/hash=.*/, `hash=${'0'.repeat(64)}`), phone)).status).toBe(404);
    expect((await fetch(senderUrl.replace('/Marti', '/../../Marti/../etc'), phone)).status).toBe(404);
    expect((await fetch(senderUrl, phone, 'DELETE')).status).toBe(405);
    expect((await fetch(senderUrl, phone)).status).toBe(200);
  });

  it('are told of in the chat when nobody fetches them', async () => {
    const world = await start();
    await world.egress();
    world.hear(1, THREE);
    const { senderUrl = '' } = shareOf(await world.offer('b-f-t-r'));
    await world.clock.pass(59_000);
    expect(world.offers('b-t-f')).toEqual([]);
    await world.egress();
    await world.clock.pass(1_500);
    const line = await world.offer('b-t-f');
    expect(cotFaults(xmlOf(line))).toEqual([]);
    expect(xmlOf(line)).toContain(`Route received: North ridge (3 points) ${senderUrl}`);
  });

  it('are not told of when somebody has fetched them', async () => {
    const world = await start();
    await world.egress();
    world.hear(1, THREE);
    const { sha256 = '' } = shareOf(await world.offer('b-f-t-r'));
    const answer = eventWith(`<ackresponse senderUid="P" success="true" sha256="${sha256}"/>`, {
      type: 'b-f-t-a',
      kind: Kind.RAW,
    });
    const item = { id: { origin: 'tak', incarnation: 1, nonce: 1n, seq: 1 }, attempt: 1 };
    world.bus.publish(
      'eventHeard',
      createMessage('eventHeard', { item, kind: Kind.RAW, link: 'client-1', event: answer }),
    );
    await world.clock.pass(70_000);
    expect(world.offers('b-t-f')).toEqual([]);
  });

  it('end with a reason where there is no egress', async () => {
    const world = await start({ chat: false });
    world.hear(1, THREE);
    expect((await world.outcomes(2)).toSorted()).toEqual([
      'delivered offered to every TAK client',
      'no_destination no egress is registered',
    ]);
  });

  it('are no longer given to whom was shut out', async () => {
    const world = await start();
    await world.egress();
    world.hear(1, THREE);
    const { senderUrl = '' } = shareOf(await world.offer('b-f-t-r'));
    expect((await revokeConnection(certificates, 'gw1', systemPorts)).ok).toBe(true);
    expect((await fetch(senderUrl, phone)).status).toBe(403);
  });
});
