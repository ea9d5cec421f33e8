/** Users of the broker of a site, as mosquitto reads them: a password file and an access list. */
import { pbkdf2Sync } from 'node:crypto';
import { busGrants } from '@cotbus/contracts';
import type { BusRole } from '@cotbus/contracts';

export interface BrokerUser {
  readonly name: string;
  readonly role: BusRole | 'meshtastic';
  /** Name of the agent, egress, packager or console on the bus; empty for the others. */
  readonly own: string;
  readonly password: string;
}

/** mosquitto 2, password file: `$7$<iterations>$<salt>$<PBKDF2-HMAC-SHA512>`, both in base64. */
const ITERATIONS = 101;
const KEY_BYTES = 64;

/** The password file. @param salts 12 random bytes for each user */
export const passwordFile = (users: readonly BrokerUser[], salts: readonly Uint8Array[]): string =>
  users
    .map(({ name, password }, index) => {
      const salt = Buffer.from(salts[index] ?? []);
      const hash = pbkdf2Sync(password, salt, ITERATIONS, KEY_BYTES, 'sha512');
      return `${name}:$7$${ITERATIONS}$${salt.toString('base64')}$${hash.toString('base64')}\n`;
    })
    .join('');

/** The access list: each user has what its role needs, and nothing else. */
export const accessList = (root: string, users: readonly BrokerUser[]): string =>
  users
    .map((user) => {
      const { writes, reads } = grantsOf(root, user);
      const lines = [...writes.map((topic) => `topic write ${topic}`), ...reads.map((topic) => `topic read ${topic}`)];
      return [`user ${user.name}`, ...lines, ''].join('\n');
    })
    .join('\n');

/** Radios that uplink by themselves: they speak their own topics, whatever their root, and none of ours. */
const MESHTASTIC = { writes: ['msh/#'], reads: ['msh/#'] };

const grantsOf = (root: string, { role, own }: BrokerUser) =>
  role === 'meshtastic' ? MESHTASTIC : busGrants(root, role, own);
