/** What a site adds to docker-compose.yml: a service for each radio, and doors of the broker. */
import { radioFromText } from '@cotbus/radio-agent';
import { stringify } from 'yaml';

export interface SiteRadio {
  /** Name of its agent on the bus. */
  readonly name: string;
  /** Host, host:port or a serial port; not `auto`, which a container cannot look for. */
  readonly address: string;
}

/** Name of the service, and of its user at the broker. */
export const serviceOf = ({ name }: SiteRadio): string => `radio-${name}`;

/** Settings of one agent. */
export const radioConfig = (mesh: string, { name, address }: SiteRadio): string => {
  const text = stringify({ radio: { name, mesh, ...(radioFromText(address) as object) } });
  return `${text}  # toMesh:
  #   kinds: [chat, emergency, pli] # what TAK may send to the air
`;
};

/** Port of /metrics in every container of docker-compose.yml. */
const METRICS_PORT = 9464;

/** Where Prometheus finds the agents of this site. */
export const radioTargets = (radios: readonly SiteRadio[]): string =>
  stringify([{ targets: radios.map((radio) => `${serviceOf(radio)}:${METRICS_PORT}`) }]);

/** Paths in it are relative to the folder of docker-compose.yml. @param doors ports of the broker for other machines */
export const composeFile = (radios: readonly SiteRadio[], doors: readonly number[]): string => {
  const names = radios.map(serviceOf);
  const site = '${COTBUS_SITE:-./site}';
  return `# What this site adds to docker-compose.yml. Written by cotbus init.\n${stringify({
    services: {
      ...Object.fromEntries(radios.map((radio) => [serviceOf(radio), radioContainer(radio)])),
      ...(doors.length > 0 && { mosquitto: { ports: doors.map((port) => `${port}:${port}`) } }),
    },
    volumes: Object.fromEntries(names.map((name) => [name, null])),
    secrets: Object.fromEntries(names.map((name) => [name, { file: `${site}/secrets/${name}` }])),
  })}`;
};

const radioContainer = (radio: SiteRadio) => {
  const service = serviceOf(radio);
  const { address } = radio;
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
    ...(address.startsWith('/dev/') && { devices: [`${address}:${address}`], group_add: ['dialout'] }),
  };
};
