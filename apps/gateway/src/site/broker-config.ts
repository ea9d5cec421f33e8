/** What the broker of a site is told besides deploy/mosquitto.conf: its door for sites, or its bridge to the central one. */
import { bridgeTopics } from '@cotbus/contracts';

/** How a site reaches the central broker: what `cotbus init --central` writes for it and `--join` reads. */
export interface Join {
  /** Of the site; the first part of the names of its services. */
  readonly site: string;
  /** `host:port` of the central broker. */
  readonly address: string;
  readonly username: string;
  readonly password: string;
  /** Certificate of the authority that signed the central broker's, PEM. */
  readonly ca: string;
}

/** The door of the central broker for sites, beside the one for its own services. */
export const centralListener = (): string =>
  [
    'listener 8883',
    'certfile /mosquitto/site/tls/server.crt',
    'keyfile /mosquitto/site/tls/server.key',
    'tls_version tlsv1.2',
    '',
  ].join('\n');

/** The bridge of a site. What it cannot send waits in the site's broker; custody repeats what that drops. */
export const siteBridge = (root: string, { site, address, username, password }: Join, localTak: boolean): string => {
  const topics = bridgeTopics(root, localTak);
  const both = topics.out.filter((topic) => topics.in.includes(topic));
  const rows = [
    ...both.map((topic) => `topic ${topic} both 1`),
    ...topics.out.filter((topic) => !both.includes(topic)).map((topic) => `topic ${topic} out 1`),
    ...topics.in.filter((topic) => !both.includes(topic)).map((topic) => `topic ${topic} in 1`),
  ];
  return [
    'connection central',
    `address ${address}`,
    `remote_clientid cotbus-${site}`,
    `local_clientid bridge-${site}`,
    `remote_username ${username}`,
    `remote_password ${password}`,
    'bridge_cafile /mosquitto/site/tls/central-ca.crt',
    'bridge_protocol_version mqttv311',
    'cleansession false',
    'notifications false',
    'keepalive_interval 15',
    'restart_timeout 2 30',
    ...rows,
    '',
  ].join('\n');
};
