/** Routes as events of the bus. */
import { createMessage, Kind } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';

export interface SamplePoint {
  readonly lat: number | string;
  readonly lon: number | string;
  readonly hae?: number | string;
  readonly name?: string;
  readonly control?: boolean;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

export const linkXml = ({ lat, lon, hae, name = '', control = false }: SamplePoint): string =>
  `<link uid="w" type="${control ? 'b-m-p-c' : 'b-m-p-w'}" callsign="${escaped(name)}" ` +
  `point="${[lat, lon, ...(hae === undefined ? [] : [hae])].join(',')}" relation="c"/>`;

/** So many points that no two are alike, heights only on every second. */
export const manyPoints = (count: number): readonly SamplePoint[] =>
  Array.from({ length: count }, (_, at) => ({
    lat: Number((47.1234567 + at * 0.0012345).toFixed(7)),
    lon: Number((8.7654321 - at * 0.0023456).toFixed(7)),
    ...(at % 2 === 0 && { hae: 400 + at }),
    name: at % 3 === 0 ? `CP ${at}` : '',
    control: at % 3 === 2,
  }));

type EventInit = Partial<Pick<CotEvent, 'uid' | 'type' | 'kind' | 'callsign'>>;

export const eventWith = (detail: string, init: EventInit = {}): CotEvent => {
  const { result } = createMessage('rxResult', {
    result: {
      case: 'event',
      value: { uid: 'route-1', type: 'b-m-r', kind: Kind.ROUTE, staleAfterMs: 900_000, ...init, detail },
    },
  });
  return result.value as CotEvent;
};

export const routeEvent = (points: readonly SamplePoint[], rest = '', init: EventInit = {}): CotEvent =>
  eventWith(`${points.map(linkXml).join('')}<contact callsign="North ridge"/>${rest}`, init);
