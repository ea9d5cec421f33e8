/** The files of a site that runs in containers: what `cotbus init --compose` writes. Pure: secrets come in. */
import { DEFAULT_ROOT } from '@cotbus/contracts';
import type { BusRole } from '@cotbus/contracts';
import { stringify } from 'yaml';
import { centralListener, siteBridge } from './broker-config.ts';
import type { Join } from './broker-config.ts';
import { accessList, passwordFile } from './broker-users.ts';
import type { BrokerUser } from './broker-users.ts';
import { composeFile, radioConfig, radioTargets, serviceOf } from './site-services.ts';
import type { SiteRadio } from './site-services.ts';

/** What stands here: everything, one site of several, or the place where they meet. */
export type SitePart =
  | { readonly is: 'all-in-one' }
  | { readonly is: 'site'; readonly join: Join; readonly localTak: boolean }
  | {
      readonly is: 'central';
      readonly sites: readonly string[];
      /** Name or address under which the sites reach this machine. */
      readonly host: string;
      /** Of its broker, PEM. */
      readonly tls: { readonly certificate: string; readonly key: string; readonly ca: string };
    };

export interface SiteAnswers {
  readonly part: SitePart;
  readonly mesh: string;
  /** None at the central place. */
  readonly radios: readonly SiteRadio[];
}

export interface SiteFile {
  /** Below the folder of the site. */
  readonly path: string;
  readonly text: string;
  /** Only its owner reads it. */
  readonly secret?: boolean;
}

/** `bytes` random ones. */
type RandomBytes = (bytes: number) => Uint8Array;

const SECRET_BYTES = 24;
const SALT_BYTES = 12;
/** Of the central broker, for the bridges of sites. */
const BRIDGE_PORT = 8883;

export const sitePlan = ({ part, mesh, radios }: SiteAnswers, random: RandomBytes): readonly SiteFile[] => {
  const users = rolesOf(part, radios).map(([name, role, own]): BrokerUser => {
    return { name, role, own, password: secret(random) };
  });
  const salts = users.map(() => random(SALT_BYTES));
  return [
    { path: 'config/cotbus.yaml', text: sharedConfig(egressName(part)) },
    ...radios.map((radio) => ({ path: `config/${serviceOf(radio)}.yaml`, text: radioConfig(mesh, radio) })),
    { path: 'prometheus/radios.yml', text: radioTargets(radios) },
    { path: 'secrets/grafana', text: `${secret(random)}\n`, secret: true },
    { path: 'compose.site.yml', text: composeFile(radios, part.is === 'central' ? [BRIDGE_PORT] : []) },
    { path: 'mosquitto/passwords', text: passwordFile(users, salts) },
    { path: 'mosquitto/access', text: accessList(DEFAULT_ROOT, users) },
    ...users.map(({ name, password }) => ({ path: `secrets/${name}`, text: `${password}\n`, secret: true })),
    ...brokerFiles(part),
    ...(part.is === 'central' ? joinFiles(part.host, part.tls.ca, users) : []),
  ];
};

const secret = (random: RandomBytes): string => Buffer.from(random(SECRET_BYTES)).toString('base64url');

/** Profiles of docker-compose.yml that run here. */
export const profilesOf = (part: SitePart): readonly string[] =>
  part.is === 'site' && part.localTak ? ['site', 'local-tak'] : [part.is];

/** Several egresses on one bus have names of their own. */
const egressName = (part: SitePart): string => (part.is === 'site' ? `tak-${part.join.site}` : 'tak');

type UserRow = readonly [name: string, role: BrokerUser['role'], own: string];

/** One user for each service, and one for people. */
const rolesOf = (part: SitePart, radios: readonly SiteRadio[]): readonly UserRow[] => {
  const service = (role: BusRole, own = ''): UserRow => [role, role, own];
  const agents = radios.map((radio): UserRow => [serviceOf(radio), 'radio-agent', radio.name]);
  const devices: UserRow = ['meshtastic', 'meshtastic', ''];
  const egress = service('tak-egress', egressName(part));
  const meeting = [egress, service('route-packager', 'routes'), service('console', 'console')];
  const everywhere = [service('codec-worker'), service('operator')];
  switch (part.is) {
    case 'all-in-one':
      return [...agents, ...meeting, ...everywhere, devices];
    case 'site':
      return [...agents, ...(part.localTak ? [egress] : []), ...everywhere, devices];
    case 'central':
      return [...part.sites.map((site): UserRow => [`site-${site}`, 'site', '']), ...meeting, ...everywhere];
  }
};

const brokerFiles = (part: SitePart): readonly SiteFile[] => {
  const config = (text: string): SiteFile => ({ path: 'mosquitto/conf.d/site.conf', text, secret: true });
  switch (part.is) {
    case 'all-in-one':
      return [config('# What this site adds to deploy/mosquitto.conf.\n')];
    case 'site':
      return [
        config(siteBridge(DEFAULT_ROOT, part.join, part.localTak)),
        { path: 'mosquitto/tls/central-ca.crt', text: part.join.ca },
      ];
    case 'central':
      return [
        config(centralListener()),
        { path: 'mosquitto/tls/server.crt', text: part.tls.certificate },
        { path: 'mosquitto/tls/server.key', text: part.tls.key, secret: true },
      ];
  }
};

/** For each site what it needs to join. */
const joinFiles = (host: string, ca: string, users: readonly BrokerUser[]): readonly SiteFile[] =>
  users
    .filter(({ role }) => role === 'site')
    .map(({ name, password }) => {
      const site = name.replace('site-', '');
      const join: Join = { site, address: `${host}:${BRIDGE_PORT}`, username: name, password, ca };
      return { path: `sites/${site}.yaml`, text: stringify(join), secret: true };
    });

const sharedConfig = (egress: string): string =>
  `# Read by all services but the radios, each its section. All keys: docs/OPTIONS.md
worker:
  shared: true # so that docker compose up --scale codec-worker=3 works
tak:
  name: ${egress}
  listen:
    host: 0.0.0.0 # inside the container; docker-compose.yml publishes it on this machine alone
    plaintextBeyondLoopback: true # the same
console:
  host: 0.0.0.0 # inside the container, as well
`;
