import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testContext } from '@cotbus/service/testing';
import type { ServiceContext } from '@cotbus/service';
import { describe, expect, it, onTestFinished } from 'vitest';
import { watchCertificates } from './certificate-life.ts';
import { completeLink, linkOptions } from './link-options.ts';
import { tlsFile } from './testing/tak-server.ts';
import { until } from './testing/until.ts';

const DAY_MS = 24 * 60 * 60_000;
const leaf = new X509Certificate(readFileSync(tlsFile('bravo.pem')));
const END_MS = Date.parse(leaf.validTo);

const HOST = 'tak.example.org';

/** A link with the certificate of BRAVO, at a time before its end. @param daysLeft until it ends */
const start = (daysLeft: number, isEnrolled: boolean) => {
  const folder = mkdtempSync(join(tmpdir(), 'cotbus-life-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const place = join(folder, 'certificates', 'servers', HOST);
  mkdirSync(place, { recursive: true });
  const cert = join(place, 'client.pem');
  copyFileSync(tlsFile('bravo.pem'), cert);
  if (isEnrolled) {
    const record = { host: HOST, port: 8446, user: 'gw1', clientUid: 'u' };
    writeFileSync(join(place, 'enrolment.json'), JSON.stringify(record));
  }
  const base = testContext();
  base.clock.set({ nowMs: END_MS - daysLeft * DAY_MS });
  const alarms = new Map<string, string | undefined>();
  const context: ServiceContext = {
    ...base,
    journals: { ...base.journals, folder },
    status: { ...base.status, setAlarm: (key, text) => void alarms.set(key, text) },
  };
  onTestFinished(() => base.stop());
  const asked: string[] = [];
  const link = completeLink(
    linkOptions.parse({
      name: 'county',
      kind: 'tls',
      host: HOST,
      tls: { cert, key: tlsFile('bravo.key'), passphrase: 'opensesame' },
    }),
  );
  const watch = (answer: 'yes' | 'no'): void =>
    watchCertificates(context, [link], (_, host) => {
      asked.push(host);
      return Promise.resolve(
        answer === 'yes'
          ? ({ ok: true, record: { validTo: '2030-01-01T00:00:00.000Z' } } as never)
          : { ok: false, reason: 'login_refused', detail: 'the certificate is not enough' },
      );
    });
  const told = (): Promise<string> =>
    until('a look', () => {
      base.clock.advance(60_000);
      return alarms.has('certificate of county') && (alarms.get('certificate of county') ?? 'nothing');
    });
  return { watch, told, asked, clock: base.clock };
};

describe('the certificate of a link', () => {
  it('is nothing to speak of while there is time', async () => {
    const { watch, told, asked } = start(30_000, true);
    watch('no');
    expect(await told()).toBe('nothing');
    expect(asked).toEqual([]);
  });

  it('is renewed with itself when it was enrolled and two thirds of its life are over', async () => {
    const { watch, told, asked } = start(10, true);
    watch('yes');
    expect(await told()).toBe('nothing');
    expect(asked).toEqual([HOST]);
  });

  it('is told of two weeks before its end, with the command, when the server wants a password', async () => {
    const { watch, told, asked, clock } = start(10, true);
    watch('no');
    expect(await told()).toMatch(
      /^tak\.links county: its certificate expires on \d{4}-\d\d-\d\d, in 9 days: npx cotbus enroll tak\.example\.org --renew$/,
    );
    // Once a day is enough.
    for (let hour = 0; hour < 20; hour += 1) clock.advance(60 * 60_000);
    expect(asked).toHaveLength(1);
  });

  it('is told of with its administrator when somebody gave it', async () => {
    const { watch, told, asked } = start(10, false);
    watch('yes');
    expect(await told()).toContain(`ask the administrator of ${HOST} for another one, and put it into `);
    expect(asked).toEqual([]);
  });
});
