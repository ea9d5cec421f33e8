/** An egress that gives and takes certificates, for tests: it answers what a console asks. */
import { toBinary } from '@bufbuild/protobuf';
import { create } from '@bufbuild/protobuf';
import { CertificateListSchema, ConnectionPackageSchema } from '@cotbus/contracts';
import type { Bus, Clock } from '@cotbus/service';
import { answerCommand, sealFor } from '@cotbus/service';

export const PACKAGE = new TextEncoder().encode('PK a private key');

interface Given {
  readonly name: string;
  readonly fingerprint: string;
  readonly validToMs: number;
  revoked: boolean;
}

/** @returns what it has given to whom */
export const answerAsEgress = async (bus: Bus, clock: Clock, target = 'tak'): Promise<readonly Given[]> => {
  const given: Given[] = [];
  const answer = (verb: string, act: Parameters<typeof answerCommand>[1]['answer']) =>
    answerCommand({ bus, clock }, { target, verb, answer: act });
  await answer('certificates', () => ({
    ok: true,
    text: '',
    bytes: toBinary(
      CertificateListSchema,
      create(CertificateListSchema, {
        given,
        authority: 'Cotbus on base',
        authorityToMs: clock.now() + 1e11,
        serverHosts: ['192.168.1.20'],
        serverToMs: clock.now() + 1e10,
        ownHosts: ['192.168.1.20', 'localhost'],
        port: 8089,
      }),
    ),
  }));
  await answer('connection-package', ({ name = '', seal = '' }) => {
    if (name === 'Refused') return { ok: false, text: 'A name cannot be this.' };
    const fingerprint = `AB:${given.length.toString().padStart(2, '0')}`;
    given.push({ name, fingerprint, validToMs: clock.now() + 6e10, revoked: false });
    const made = { fileName: `${name}-atak.zip`, bytes: PACKAGE, validToMs: clock.now() + 6e10, notes: ['A note.'] };
    const bytes = sealFor(seal, toBinary(ConnectionPackageSchema, create(ConnectionPackageSchema, made)));
    return { ok: true, text: '', ...(bytes && { bytes }) };
  });
  await answer('certificate-revoke', ({ name = '' }) => {
    for (const one of given) if (one.name === name) one.revoked = true;
    return { ok: true, text: `${name} is shut out.` };
  });
  return given;
};
