/** The configuration of the WinTAK Meshtastic gateway (its config.yaml) as one of ours. */
import { isIP } from 'node:net';
import { radioFromText, radioOptions } from '@cotbus/radio-agent';
import { printable, readOptionFile } from '@cotbus/service';
import { stringify } from 'yaml';
import { COMMAND } from '../own-package.ts';

interface ImportedConfig {
  /** Our file, with comments; what is at fault stands in it as a comment. */
  readonly text: string;
  /** Values that cannot be used, each as `file:line:col: key: why`. */
  readonly faults: readonly string[];
  /** Keys that the gateway does not have, the same way: they stand as comments at the end. */
  readonly unknown: readonly string[];
}

export type ImportAnswer =
  ({ readonly ok: true } & ImportedConfig) | { readonly ok: false; readonly faults: readonly string[] };

/** Its keys, as its own source reads them. */
const KEYS = [
  'gateway_callsign',
  'gateway_uid',
  'meshtastic_port',
  'tak_server_host',
  'tak_server_port',
  'tak_server_protocol',
  'sync_interval_seconds',
] as const;
type Key = (typeof KEYS)[number];

const MAX_TEXT = 64;
const MAX_UID = 128;
const MIN_SYNC_SECONDS = 10;
const MAX_SYNC_SECONDS = 86_400;

/** Whether a file is likely that gateway's: it has one of its keys, and nothing of ours is named so. */
export const looksImportable = (text: string): boolean =>
  KEYS.some((key) => new RegExp(`^${key}[ \\t]*:`, 'm').test(text));

/**
 * @param file how faults name it
 * @param mesh name of the mesh of its radio
 * @returns faults alone when the file is no YAML, or has none of the keys
 */
export const importConfig = (file: string, text: string, mesh: string): ImportAnswer => {
  const read = readOptionFile(printable(file), text.replace(/^\uFEFF/, ''));
  if (read.faults.length > 0)
    return { ok: false, faults: read.faults.map((fault) => `${fault.place}: ${fault.message}`) };
  if (!KEYS.some((key) => read.has([key]))) {
    const named = `${KEYS.slice(0, -1).join(', ')} or ${KEYS.at(-1)}`;
    return { ok: false, faults: [`${printable(file)}: has none of the keys that can be imported: ${named}`] };
  }
  const faults: string[] = [];
  const values = readValues(read.value, (key, why) => {
    faults.push(`${read.placeOfValue([key])}: ${key}: ${printable(why)}`);
  });
  const strangers = Object.keys(read.value).filter((key) => !KEYS.some((known) => known === key));
  return {
    ok: true,
    faults,
    unknown: strangers.map((key) => `${read.placeOfKey([key])}: ${printable(key)}: nothing here corresponds to it`),
    text: configText({
      file,
      mesh,
      values,
      faults,
      strangers: strangers.map((key) => [key, read.value[key]] as const),
    }),
  };
};

interface Values {
  readonly callsign?: string;
  readonly uid?: string;
  readonly radio?: object;
  readonly host?: string;
  readonly port?: number;
  readonly protocol?: 'tcp' | 'udp';
  readonly syncSeconds?: number;
  /** What was written for the server although it cannot be used. */
  readonly unusableHost?: string;
}

type Refuse = (key: Key, why: string) => void;

const readValues = (file: Readonly<Record<string, unknown>>, refuse: Refuse): Values => {
  const text = (key: Key, isGood: (text: string) => boolean, why: string): string | undefined => {
    const value = file[key];
    if (value === undefined || value === null) return undefined;
    const written = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
    if (written !== '' && isGood(written)) return written;
    refuse(key, `${written === '' ? 'what stands there' : written} ${why}`);
    return undefined;
  };
  const number = (key: Key, least: number, most: number): number | undefined => {
    const why = `is no whole number from ${least} to ${most}`;
    const written = text(
      key,
      (digits) => /^\d{1,9}$/.test(digits) && Number(digits) >= least && Number(digits) <= most,
      why,
    );
    return written === undefined ? undefined : Number(written);
  };
  const callsign = text('gateway_callsign', (name) => name.length <= MAX_TEXT, `is longer than ${MAX_TEXT} characters`);
  const uid = text('gateway_uid', (name) => name.length <= MAX_UID, `is longer than ${MAX_UID} characters`);
  const address = text('meshtastic_port', isRadio, 'is no serial port, such as COM7 or /dev/ttyUSB0, and no address');
  const host = text('tak_server_host', isHost, 'is no address: four numbers with dots are, or a name');
  const port = number('tak_server_port', 1, 65_535);
  const protocol = text('tak_server_protocol', (name) => /^(?:tcp|udp)$/i.test(name), 'is neither TCP nor UDP');
  const syncSeconds = number('sync_interval_seconds', MIN_SYNC_SECONDS, MAX_SYNC_SECONDS);
  return {
    ...(callsign !== undefined && { callsign }),
    ...(uid !== undefined && { uid }),
    ...(address !== undefined && { radio: radioFromText(address) as object }),
    ...(host !== undefined && { host }),
    ...(host === undefined && typeof file['tak_server_host'] === 'string' && { unusableHost: file['tak_server_host'] }),
    ...(port !== undefined && { port }),
    ...(protocol !== undefined && { protocol: protocol.toLowerCase() === 'udp' ? ('udp' as const) : ('tcp' as const) }),
    ...(syncSeconds !== undefined && { syncSeconds }),
  };
};

/** Digits and dots alone mean an IPv4 address, and systems read three numbers as another address than anybody meant. */
const isHost = (text: string): boolean =>
  /^[\d.]+$/.test(text) ? isIP(text) === 4 : isIP(text) === 6 || /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})$/.test(text);

const isRadio = (text: string): boolean => {
  const radio = radioFromText(text) as { readonly tcp?: string };
  return radioOptions.safeParse(radio).success && (radio.tcp === undefined || isHost(text.replace(/:\d{1,5}$/, '')));
};

interface FileParts {
  readonly file: string;
  readonly mesh: string;
  readonly values: Values;
  readonly faults: readonly string[];
  readonly strangers: readonly (readonly [string, unknown])[];
}

/** Where that gateway sends what it hears, besides its server: WinTAK on the same machine. */
const WINTAK = { host: '127.0.0.1', port: 4242 };
const SERVER_PORT = 8088;

const configText = ({ file, mesh, values, faults, strangers }: FileParts): string =>
  [
    `# Cotbus, imported from ${comment(file)}. All keys: docs/OPTIONS.md. Faults with line and column: ${COMMAND} config check`,
    ...(faults.length > 0
      ? ['# To be put right, then take the "#" away:', ...faults.map((fault) => `#   ${comment(fault)}`)]
      : []),
    'version: 1',
    '',
    ...radioText(mesh, values),
    '',
    'tak:',
    ...identityText(values),
    ...(values.syncSeconds === undefined
      ? []
      : [`  syncIntervalSeconds: ${values.syncSeconds} # sync_interval_seconds`]),
    '  listen:',
    '    host: 127.0.0.1 # this machine alone. Phones: docs/TAK-LINKS.md, "Let phones connect"',
    '    port: 8087',
    '  links:',
    '    - name: wintak',
    '      kind: udp',
    `      host: ${WINTAK.host} # WinTAK on this machine, as before`,
    `      port: ${WINTAK.port}`,
    ...serverText(values),
    '',
    'worker:',
    '  nodes: # how nodes of the mesh look in TAK: as that gateway showed them, so that nobody is there twice',
    "    uid: 'ID-{hex}'",
    "    callsign: '{long}|{short}|{uid}'",
    '    team: Cyan',
    '    teamSuffix: false',
    '    noFix: list # in the contact list, at 0, 0, until there is a position',
    ...(strangers.length === 0 ? [] : ['', '# Not known here:']),
    ...strangers.map(([key, value]) => `#   ${comment(key)}: ${comment(JSON.stringify(value) ?? '')}`),
    '',
  ].join('\n');

const radioText = (mesh: string, { radio }: Values): readonly string[] => [
  'radios:',
  '  - name: base',
  `    mesh: ${yamlText(mesh)} # the same name for radios that hear each other`,
  ...(radio === undefined
    ? ['    serial: auto # the only radio on USB']
    : Object.entries(radio).map(([key, value]) => `    ${key}: ${yamlText(String(value))} # meshtastic_port`)),
  '    toMesh:',
  '      kinds: [chat, emergency] # what TAK may send to the air; that gateway sent nothing',
];

const identityText = ({ callsign, uid }: Values): readonly string[] =>
  callsign === undefined && uid === undefined
    ? []
    : [
        '  identity: # the gateway itself on the map',
        ...(callsign === undefined ? [] : [`    callsign: ${yamlText(callsign)} # gateway_callsign`]),
        ...(uid === undefined ? [] : [`    uid: ${yamlText(uid)} # gateway_uid`]),
      ];

const serverText = ({ host, unusableHost, port = SERVER_PORT, protocol = 'tcp' }: Values): readonly string[] => {
  if (host === undefined && unusableHost === undefined) return [];
  const lead = host === undefined ? '    # ' : '    ';
  return [
    `${lead}- name: server`,
    `${lead}  kind: ${protocol} # tak_server_protocol`,
    host === undefined
      ? `${lead}  host: ${comment(unusableHost ?? '')} # tak_server_host: no address`
      : `${lead}  host: ${yamlText(host)} # tak_server_host`,
    `${lead}  port: ${port} # tak_server_port`,
  ];
};

/** On one line, so that a comment may follow. */
const yamlText = (value: string): string =>
  /[\r\n]/.test(value) ? JSON.stringify(value) : stringify(value, { lineWidth: 0 }).trimEnd();

/** One line, whatever it is. */
const comment = (text: string): string => printable(text).slice(0, 300);
