/** `cotbus air`: what TAK traffic would cost in airtime, rehearsed with the policy of the radio agent. */
import { createEventEncoder, parseEventXml } from '@cotbus/codec';
import { createTranslate } from '@cotbus/codec-worker';
import type { Translate } from '@cotbus/codec-worker';
import { createMessage, Dialect, meshtastic } from '@cotbus/contracts';
import { airRadioOf, chooseDialect, rehearseAir, toMeshOptions } from '@cotbus/radio-agent';
import type { ProfileName, RehearsedEvent, ToMeshOptions } from '@cotbus/radio-agent';
import { printable } from '@cotbus/service';
import { takHour } from '@cotbus/simulator';
import { eventLifeMs } from '@cotbus/tak-egress';
import { readConfig } from '../read-config.ts';
import { airEvents } from './air-events.ts';
import type { AirInput } from './air-events.ts';
import { airText } from './air-text.ts';
import { endWithReader, faultOf } from './input.ts';
import { ownWire } from './own-wire.ts';

export interface AirCommandOptions {
  readonly preset: string;
  readonly region: string;
  readonly firmware: string;
  readonly profile: ProfileName;
  /** A configuration whose `toMesh` takes the place of the profile. */
  readonly config?: string;
  /** Of the example hour. */
  readonly seed: number;
  /** Nobody relays. */
  readonly alone?: boolean;
  /** Print the events of the example hour instead. */
  readonly events?: boolean;
  readonly json?: boolean;
}

/** Some days of a busy server; each event takes about a kilobyte. */
const MAX_EVENTS = 500_000;

/** @param file a recording, or CoT events one behind the other, `-` for standard input; the example hour when left out */
export const rehearse = async (file: string | undefined, options: AirCommandOptions): Promise<void> => {
  endWithReader();
  if (options.events === true) {
    for (const { xml } of takHour({ seed: options.seed })) console.log(xml);
    return;
  }
  try {
    const radio = readRadio(options);
    const toMesh = readToMesh(options);
    const { dialect, why } = chooseDialect(radio, toMesh);
    const { events, refused } = await readEvents(file, options, createTranslator(dialect));
    const report = rehearseAir(events, { toMesh, air: airRadioOf(radio, true), alone: options.alone === true });
    const { modemPreset, region } = radio;
    const title = `${modemPreset} in ${region}, ${dialectNames[dialect]} (${why})`;
    const lines =
      options.json === true
        ? [JSON.stringify({ modemPreset, region, refused, ...report })]
        : [title, ...airText(report), ...refusedText(refused)].map(printable);
    for (const line of lines) console.log(line);
  } catch (error) {
    process.exitCode = 1;
    console.error(printable(faultOf(error)));
  }
};

const dialectNames: Readonly<Record<Dialect, string>> = {
  [Dialect.UNSPECIFIED]: 'V2',
  [Dialect.V2]: 'V2',
  [Dialect.V1]: 'V1',
  [Dialect.BOTH]: 'V2 and V1',
  [Dialect.FORWARDER]: 'forwarder',
};

/** Names as people write them: `LongFast`, `long-fast` and `LONG_FAST` are one. */
const nameIn = (names: readonly string[], written: string, what: string): string => {
  const bare = (name: string): string => name.replaceAll(/[^A-Za-z0-9]/g, '').toUpperCase();
  const found = names.find((name) => bare(name) === bare(written));
  if (found === undefined) throw new Error(`no ${what} "${written}"; there are ${names.join(', ')}`);
  return found;
};

const readRadio = ({ preset, region, firmware }: AirCommandOptions) => ({
  firmwareVersion: firmware,
  role: meshtastic.Config_DeviceConfig_Role.CLIENT,
  modemPreset: nameIn(Object.keys(meshtastic.Config_LoRaConfig_ModemPreset), preset, 'modem preset'),
  region: nameIn(Object.keys(meshtastic.Config_LoRaConfig_RegionCode), region, 'region'),
});

const readToMesh = ({ profile, config: file }: AirCommandOptions): ToMeshOptions => {
  if (file === undefined) return toMeshOptions.parse({ profile });
  const config = readConfig(file);
  if (!config.ok) throw new Error(config.faults.join('\n'));
  const [radio] = config.options.radios;
  if (radio === undefined) throw new Error(`${file} has no radio`);
  return radio.toMesh;
};

/** As a worker does it. */
const createTranslator = (dialect: Dialect): Translate => {
  const wire = ownWire();
  return createTranslate({
    decode: () => ({ ok: false, reason: 'unsupported', detail: '' }),
    encode: createEventEncoder({ wire, transferId: () => 1 }),
    sendAs: () => ({ dialect, form: 'auto' }),
  });
};

interface Read {
  readonly events: readonly RehearsedEvent[];
  /** What is no event, by reason. */
  readonly refused: Readonly<Record<string, number>>;
}

const readEvents = async (
  file: string | undefined,
  { seed }: AirCommandOptions,
  translate: Translate,
): Promise<Read> => {
  const events: RehearsedEvent[] = [];
  const refused: Record<string, number> = {};
  for await (const input of airEvents(file, seed)) {
    const event = input.kind === 'event' ? rehearsed(input, translate) : input.reason;
    if (typeof event === 'string') refused[event] = (refused[event] ?? 0) + 1;
    else events.push(event);
    if (events.length > MAX_EVENTS) throw new Error(`more than ${MAX_EVENTS} events: give it less at once`);
  }
  return { events: events.toSorted((a, b) => a.atMs - b.atMs), refused };
};

const ITEM = createMessage('eventHeard', {
  item: { addressed: [{ destination: 'mesh', sink: 'agent', assignment: 1, lifeMs: 1 }] },
}).item;

/** @returns the reason when it is no event. */
const rehearsed = (
  { xml, atMs }: Extract<AirInput, { kind: 'event' }>,
  translate: Translate,
): RehearsedEvent | string => {
  const parsed = parseEventXml(xml);
  if (!parsed.ok) return parsed.reason;
  const { event } = parsed;
  const [result] = translate.event(
    createMessage('eventHeard', { ...(ITEM && { item: ITEM }), kind: event.kind, event }),
  );
  return result === undefined ? 'unsupported' : { atMs: atMs ?? event.timeMs, result, lifeMs: eventLifeMs(event.kind) };
};

const refusedText = (refused: Readonly<Record<string, number>>): string[] => {
  const all = Object.entries(refused).map(([reason, count]) => `${count} ${reason}`);
  return all.length === 0 ? [] : ['', `No events: ${all.join(', ')}`];
};
