/**
 * A track of an aircraft receiver: `<_aircot_ icao reg flight cat cot_host_id type/>`, `<_radio rssi gps/>`; what has no
 * attribute stands in the remarks: `ICAO: 4B1620 REG: HB-ABC Type: A320 Squawk: 1000 Flight: SWR1`.
 */
import { meshtastic } from '@cotbus/contracts';
import { attribute, element, lastNamed, lastWith, remarksText } from '../../cot/element.ts';
import type { Element } from '../../cot/element.ts';
import { buildScaled, parseDecimal, parseInteger } from '../../cot/number.ts';
import { roundInt32 } from '../geo.ts';
import type { Packet, Payload } from '../payload.ts';

const SQUAWK_DIGITS = 4;

/** The last element of that name with the attribute, or the last one at all. */
const radioOf = (detail: readonly Element[]): Element | undefined =>
  lastWith(detail, '_radio', 'rssi') ?? lastNamed(detail, '_radio');

export const aircraft: Payload<'aircraft'> = {
  parse: ({ detail }, { asSdk }) => {
    const track = lastNamed(detail, '_aircot_');
    const radio = radioOf(detail);
    const icao = attribute(track, 'icao');
    // The SDK looks no further once it has the address.
    const said = icao !== '' && asSdk ? undefined : scrape(remarksText(detail), icao);
    return {
      $typeName: 'meshtastic.AircraftTrack',
      icao: icao || (said?.icao ?? ''),
      registration: attribute(track, 'reg') || (said?.registration ?? ''),
      flight: attribute(track, 'flight') || (said?.flight ?? ''),
      aircraftType: (asSdk ? '' : attribute(track, 'type')) || (said?.aircraftType ?? ''),
      squawk: said?.squawk ?? 0,
      category: attribute(track, 'cat') || (said?.category ?? ''),
      rssiX10: roundInt32((parseDecimal(attribute(radio, 'rssi')) ?? 0) * 10),
      gps: attribute(radio, 'gps') === 'true',
      cotHostId: attribute(track, 'cot_host_id'),
    };
  },

  build: (track, packet) => [...buildTrack(track), ...buildRemarks(track, packet), ...buildRadio(track)],
};

const fields = {
  registration: /REG:\s*(\S+)/,
  flight: /Flight:\s*(\S+)/,
  aircraftType: /Type:\s*(\S+)/,
  squawk: /Squawk:\s*(\d+)/,
  category: /Category:\s*(\S+)/,
} as const;
const ICAO = /ICAO:\s*([A-Fa-f0-9]{6})/;

/** What the text says of an aircraft; undefined when neither the text nor the element gives an address. */
const scrape = (text: string, knownIcao: string) => {
  const icao = ICAO.exec(text)?.[1] ?? '';
  if (icao === '' && knownIcao === '') return undefined;
  const match = (field: keyof typeof fields): string => fields[field].exec(text)?.[1] ?? '';
  return {
    icao,
    registration: match('registration'),
    flight: match('flight'),
    aircraftType: match('aircraftType'),
    squawk: parseInteger(match('squawk')) ?? 0,
    category: match('category'),
  };
};

const LABELLED = /(?:ICAO|REG|Flight|Type|Squawk|Category):\s*\S+/g;
/** Hash tags and the name of the ADS-B standard. */
const FILLER = /^(?:#\S+|DO-\d+[A-Z]?)$/;

/** True when the fields of the track hold all that the remarks say: nothing in them is somebody's own words. */
export const isCaptured = (remarks: string, track: meshtastic.AircraftTrack): boolean =>
  track.icao !== '' &&
  remarks
    .replace(LABELLED, ' ')
    .split(/\s+/)
    .every((word) => word === '' || word === track.icao || FILLER.test(word));

const buildTrack = (track: meshtastic.AircraftTrack): readonly Element[] => {
  const { icao, registration, flight, category, cotHostId, aircraftType } = track;
  if ([icao, registration, flight, category, cotHostId, aircraftType].every((value) => value === '')) return [];
  return [
    element('_aircot_', {
      icao: icao || undefined,
      reg: registration || undefined,
      flight: flight || undefined,
      cat: category || undefined,
      cot_host_id: cotHostId || undefined,
      type: aircraftType || undefined,
    }),
  ];
};

/** The sender's own text, else one that receivers read the squawk from. */
const buildRemarks = (track: meshtastic.AircraftTrack, { remarks }: Packet): readonly Element[] => {
  if (remarks !== '') return [element('remarks', {}, remarks)];
  if (track.squawk === 0) return [];
  const parts: readonly (readonly [string, string])[] = [
    ['ICAO', track.icao],
    ['REG', track.registration],
    ['Type', track.aircraftType],
    ['Squawk', String(track.squawk).padStart(SQUAWK_DIGITS, '0')],
    ['Flight', track.flight],
  ];
  const said = parts.filter(([, value]) => value !== '').map(([label, value]) => `${label}: ${value}`);
  return [element('remarks', {}, said.join(' '))];
};

const buildRadio = ({ rssiX10, gps }: meshtastic.AircraftTrack): readonly Element[] =>
  rssiX10 === 0 && !gps ? [] : [element('_radio', { rssi: buildScaled(rssiX10, 1), gps: gps ? 'true' : undefined })];
