/** The files of a site that runs in containers: what `cotbus init --compose` writes. Pure: secrets come in. */
import { DEFAULT_ROOT } from '@cotbus/contracts';
import type { BusRole } from '@cotbus/contracts';
import { radioFromText } from '@cotbus/radio-agent';
import { stringify } from 'yaml';
import { accessList, passwordFile } from './broker-users.ts';
import type { BrokerUser } from './broker-users.ts';

export interface SiteRadio {
  /** Name of its agent on the bus. */
  readonly name: string;
  /** Host, host:port or a serial port; not `auto`, which a container cannot look for. */
  readonly address: string;
}

export interface SiteAnswers {
  readonly mesh: string;
  readonly radios: readonly SiteRadio[];
  /** Whom the containers run as; their files belong to it. */
  readonly uid: number;
  readonly gid: number;
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

/** One for each service, and one for people. */
const usersOf = ({ radios }: SiteAnswers, random: RandomBytes): readonly BrokerUser[] => {
  const user = (name: string, role: BrokerUser['role'], own: string): BrokerUser => ({
    name,
    role,
    own,
    password: Buffer.from(random(SECRET_BYTES)).toString('base64url'),
  });
  const services: readonly (readonly [BusRole, string])[] = [
    ['codec-worker', ''],
    ['tak-egress', 'tak'],
    ['route-packager', 'routes'],
    ['console', 'console'],
    ['operator', ''],
  ];
  return [
    ...radios.map(({ name }) => user(radioService(name), 'radio-agent', name)),
    ...services.map(([role, own]) => user(role, role, own)),
    user('meshtastic', 'meshtastic', ''),
  ];
};

const radioService = (name: string): string => `radio-${name}`;

export const sitePlan = (answers: SiteAnswers, random: RandomBytes): readonly SiteFile[] => {
  const users = usersOf(answers, random);
  const salts = users.map(() => random(SALT_BYTES));
  return [
    { path: 'config/cotbus.yaml', text: SHARED_CONFIG },
    ...answers.radios.map((radio) => ({
      path: `config/${radioService(radio.name)}.yaml`,
      text: radioConfig(answers.mesh, radio),
    })),
    { path: 'compose.radios.yml', text: radioServices(answers.radios) },
    { path: 'mosquitto/passwords', text: passwordFile(users, salts) },
    { path: 'mosquitto/access', text: accessList(DEFAULT_ROOT, users) },
    ...users.map(({ name, password }) => ({ path: `secrets/${name}`, text: `${password}\n`, secret: true })),
  ];
};

/** What `.env` beside docker-compose.yml says, so that `docker compose` needs no arguments. */
export const siteEnvironment = (folder: string, { uid, gid }: Pick<SiteAnswers, 'uid' | 'gid'>): string =>
  [
    '# Written by cotbus init; read by docker compose.',
    `COMPOSE_FILE=docker-compose.yml:${folder}/compose.radios.yml`,
    'COMPOSE_PROFILES=all-in-one',
    `COTBUS_SITE=./${folder}`,
    `COTBUS_UID=${uid}`,
    `COTBUS_GID=${gid}`,
    '',
  ].join('\n');

const SHARED_CONFIG = `# Read by all services but the radios, each its section. All keys: docs/OPTIONS.md
worker:
  shared: true # so that docker compose up --scale codec-worker=3 works
tak:
  listen:
    host: 0.0.0.0 # inside the container; docker-compose.yml publishes it on this machine alone
console:
  host: 0.0.0.0 # inside the container, as well
`;

const radioConfig = (mesh: string, { name, address }: SiteRadio): string => {
  const text = stringify({ radio: { name, mesh, ...(radioFromText(address) as object) } });
  return `${text}${RADIO_HINTS}`;
};

const RADIO_HINTS = `  # toMesh:
  #   kinds: [chat, emergency, pli] # what TAK may send to the air
`;

/** Paths in it are relative to the folder of docker-compose.yml. */
const radioServices = (radios: readonly SiteRadio[]): string =>
  `# One service for each radio, beside docker-compose.yml. Written by cotbus init.\n${stringify({
    services: Object.fromEntries(radios.map((radio) => [radioService(radio.name), radioContainer(radio)])),
    volumes: Object.fromEntries(radios.map(({ name }) => [radioService(name), null])),
    secrets: Object.fromEntries(
      radios.map(({ name }) => [radioService(name), { file: `\${COTBUS_SITE:-./site}/secrets/${radioService(name)}` }]),
    ),
  })}`;

const radioContainer = ({ name, address }: SiteRadio) => {
  const service = radioService(name);
  return {
    extends: { file: 'docker-compose.yml', service: 'radio' },
    // The template it extends has a profile that nobody switches on.
    profiles: ['all-in-one', 'site'],
    command: ['radio-agent', '--config', `/etc/cotbus/${service}.yaml`],
    environment: {
      COTBUS_BUS_USERNAME: service,
      COTBUS_BUS_PASSWORD_FILE: `/run/secrets/${service}`,
    },
    secrets: [service],
    volumes: [`${service}:/var/lib/cotbus`],
    ...(isDevice(address) && { devices: [`${address}:${address}`], group_add: ['dialout'] }),
  };
};

const isDevice = (address: string): boolean => address.startsWith('/dev/');
