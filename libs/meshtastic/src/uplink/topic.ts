/**
 * Topics of Meshtastic's own MQTT traffic. A root may have any number of levels, so they are read from the right.
 *
 *   msh/EU_868/2/e/LongFast/!1234abcd   envelope, encrypted or not; `PKI` in the place of the channel for what only two nodes read
 *   msh/2/c/LongFast/!1234abcd          envelope, not encrypted (firmware before 2.3)
 *   msh/2/json/LongFast/!1234abcd       text (firmware before 2.8)
 *   msh/EU_868/2/map/                   envelope with a map report; the last level is empty
 *   msh/2/stat/!1234abcd                online or offline (very old firmware)
 */

const VERSION = '2';
const channelKinds = ['e', 'c', 'json'] as const;
type ChannelTopicKind = (typeof channelKinds)[number];

/** Characters. A channel's name has at most 11 bytes and a root 31; other publishers are not that strict. */
const MAX_TOPIC_CHARS = 512;
/** No level of a topic, by MQTT 3.1.1 (4.7.1, 4.7.3). */
const UNPUBLISHABLE = /[+#\0]/;
const GATEWAY = /^!([0-9a-f]{8})$/i;

export type MeshTopic =
  | {
      readonly kind: ChannelTopicKind;
      readonly root: string;
      /** As it stands there: spaces, slashes and all. Never empty. */
      readonly channel: string;
      /** Who published it, see gatewayNode; receivers must not rely on it. */
      readonly gateway: string;
    }
  | { readonly kind: 'map'; readonly root: string }
  | { readonly kind: 'stat'; readonly root: string; readonly gateway: string };

/** Undefined for any other topic, and for one of more than 512 characters. */
export const parseMeshTopic = (topic: string): MeshTopic | undefined => {
  if (topic.length > MAX_TOPIC_CHARS) return undefined;
  const levels = topic.split('/');
  const last = levels.at(-1) ?? '';
  // Exactly four levels behind the root, then those without a channel, then channels with slashes in their names.
  return (
    channelTopic(levels, levels.length - 4) ??
    (isAt(levels, -3, 'stat') ? { kind: 'stat', root: rootOf(levels, levels.length - 3), gateway: last } : undefined) ??
    mapTopic(levels) ??
    slashedTopic(levels)
  );
};

const channelTopic = (levels: readonly string[], versionAt: number): MeshTopic | undefined => {
  const kind = channelKinds.find((name) => name === levels[versionAt + 1]);
  if (versionAt < 1 || levels[versionAt] !== VERSION || kind === undefined) return undefined;
  const channel = levels.slice(versionAt + 2, -1).join('/');
  return channel === '' ? undefined : { kind, root: rootOf(levels, versionAt), channel, gateway: levels.at(-1) ?? '' };
};

const mapTopic = (levels: readonly string[]): MeshTopic | undefined => {
  const at = [-3, -2].find((index) => isAt(levels, index, 'map'));
  return at === undefined ? undefined : { kind: 'map', root: rootOf(levels, levels.length + at) };
};

const slashedTopic = (levels: readonly string[]): MeshTopic | undefined => {
  for (let at = levels.length - 5; at >= 1; at -= 1) {
    const topic = channelTopic(levels, at);
    if (topic !== undefined) return topic;
  }
  return undefined;
};

const isAt = (levels: readonly string[], at: number, kind: string): boolean =>
  levels.length + at >= 1 && levels.at(at) === VERSION && levels.at(at + 1) === kind;

const rootOf = (levels: readonly string[], versionAt: number): string => levels.slice(0, versionAt).join('/');

/** The topic of an envelope; undefined when a part cannot stand in a topic (empty, or with `+`, `#`, NUL). */
export const buildEnvelopeTopic = (parts: {
  readonly root: string;
  readonly channel: string;
  readonly gateway: string;
}): string | undefined => {
  const levels = [parts.root, parts.channel, parts.gateway];
  if (levels.some((level) => level === '' || UNPUBLISHABLE.test(level))) return undefined;
  const topic = `${parts.root}/${VERSION}/e/${parts.channel}/${parts.gateway}`;
  return topic.length > MAX_TOPIC_CHARS ? undefined : topic;
};

/** What to subscribe to for everything below a root, which may hold `+` levels: `msh/+` is every region. */
export const uplinkFilters = (root: string): readonly string[] =>
  ['e', 'c', 'map'].map((kind) => `${root}/${VERSION}/${kind}/#`);

/** The number in `!1234abcd`; undefined for anything else. */
export const gatewayNode = (gateway: string): number | undefined => {
  const digits = GATEWAY.exec(gateway)?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, 16);
};
