/**
 * A request for medical evacuation, the nine lines and more: `<_medevac_ title … hlz_remarks><zMistsMap><zMist title z m
 * i s t/>…</zMistsMap></_medevac_>`. One row per attribute, in the order in which it is written.
 */
import { meshtastic } from '@cotbus/contracts';
import { allNamed, attribute, attributesOf, element, lastNamed } from '../../cot/element.ts';
import type { Element } from '../../cot/element.ts';
import { parseInteger } from '../../cot/number.ts';
import { templateOf } from '../../cot/template.ts';
import { MAX_READ_POINTS } from '../../limits.ts';
import { enumText, withExceptions } from '../enum-text.ts';
import type { EnumText } from '../enum-text.ts';
import type { Payload } from '../payload.ts';

type Report = meshtastic.CasevacReport;
type FieldOf<T> = { [K in keyof Report]: Report[K] extends T ? K : never }[keyof Report] & keyof Report;

interface Row {
  readonly name: string;
  readonly parse: (text: string, report: Report) => void;
  /** Empty when there is nothing to write. */
  readonly build: (report: Report) => string;
}

const text = (name: string, field: Exclude<FieldOf<string>, '$typeName'>): Row => ({
  name,
  parse: (value, report) => (report[field] = value),
  build: (report) => report[field],
});

const countOf = (value: string): number => Math.max(parseInteger(value) ?? 0, 0);

type CountField = Extract<FieldOf<number>, `${string}Count` | `${string}Patients` | `us${string}` | `non${string}`>;
const count = (name: string, field: CountField | 'epw' | 'child'): Row => ({
  name,
  parse: (value, report) => (report[field] = countOf(value)),
  build: (report) => (report[field] === 0 ? '' : String(report[field])),
});

const flag = (name: string, field: 'equipmentFlags' | 'terrainFlags', bit: number): Row => ({
  name,
  parse: (value, report) => (report[field] |= value === 'true' ? bit : 0),
  build: (report) => ((report[field] & bit) === 0 ? '' : 'true'),
});

/** A word, or the number of the value. */
const choice = <F extends 'precedence' | 'security' | 'hlzMarking'>(
  name: string,
  field: F,
  words: EnumText<Report[F]>,
): Row => ({
  name,
  parse: (value, report) => {
    const number = parseInteger(value) as Report[F] | undefined;
    report[field] = words.number(value) || (number !== undefined && words.text(number) !== undefined ? number : 0);
  },
  build: (report) => words.text(report[field]) ?? '',
});

const precedences = enumText<meshtastic.CasevacReport_Precedence>(
  meshtastic.CasevacReport_PrecedenceSchema,
  undefined,
  {
    Precedence_Urgent: ['A', 'URGENT'],
    Precedence_UrgentSurgical: ['B', 'URGENT SURGICAL'],
    Precedence_Priority: ['C', 'PRIORITY'],
    Precedence_Routine: ['D', 'ROUTINE'],
    Precedence_Convenience: ['E', 'CONVENIENCE'],
  },
);
const markings = enumText<meshtastic.CasevacReport_HlzMarking>(
  meshtastic.CasevacReport_HlzMarkingSchema,
  withExceptions({ HlzMarking_PyroSignal: 'Pyro' }),
  { HlzMarking_PyroSignal: ['Pyrotechnic'] },
);
const securities = enumText<meshtastic.CasevacReport_Security>(
  meshtastic.CasevacReport_SecuritySchema,
  withExceptions({
    Security_NoEnemy: 'N',
    Security_PossibleEnemy: 'P',
    Security_EnemyInArea: 'E',
    Security_EnemyInArmedContact: 'X',
  }),
  {
    Security_NoEnemy: ['No Enemy'],
    Security_PossibleEnemy: ['Possible Enemy'],
    Security_EnemyInArea: ['Enemy In Area'],
    Security_EnemyInArmedContact: ['Enemy In Armed Contact'],
  },
);

const rows: readonly Row[] = [
  text('title', 'title'),
  text('medline_remarks', 'medlineRemarks'),
  text('freq', 'frequency'),
  choice('precedence', 'precedence', precedences),
  count('urgent', 'urgentCount'),
  count('urgent_surgical', 'urgentSurgicalCount'),
  count('priority', 'priorityCount'),
  count('routine', 'routineCount'),
  count('convenience', 'convenienceCount'),
  flag('none', 'equipmentFlags', 1),
  flag('hoist', 'equipmentFlags', 2),
  flag('extraction_equipment', 'equipmentFlags', 4),
  flag('ventilator', 'equipmentFlags', 8),
  flag('blood', 'equipmentFlags', 16),
  flag('equipment_other', 'equipmentFlags', 32),
  text('equipment_detail', 'equipmentDetail'),
  count('litter', 'litterPatients'),
  count('ambulatory', 'ambulatoryPatients'),
  choice('security', 'security', securities),
  choice('hlz_marking', 'hlzMarking', markings),
  count('us_military', 'usMilitary'),
  count('us_civilian', 'usCivilian'),
  count('non_us_military', 'nonUsMilitary'),
  count('non_us_civilian', 'nonUsCivilian'),
  count('epw', 'epw'),
  count('child', 'child'),
  flag('terrain_slope', 'terrainFlags', 1),
  text('terrain_slope_dir', 'terrainSlopeDir'),
  flag('terrain_rough', 'terrainFlags', 2),
  flag('terrain_loose', 'terrainFlags', 4),
  flag('terrain_trees', 'terrainFlags', 8),
  flag('terrain_wires', 'terrainFlags', 16),
  flag('terrain_other', 'terrainFlags', 32),
  text('terrain_other_detail', 'terrainOtherDetail'),
  text('zone_protected_coord', 'zoneProtectedCoord'),
  text('zone_prot_marker', 'zoneMarker'),
  text('marked_by', 'markedBy'),
  text('obstacles', 'obstacles'),
  text('winds_are_from', 'windsAreFrom'),
  text('friendlies', 'friendlies'),
  text('enemy', 'enemy'),
  text('hlz_remarks', 'hlzRemarks'),
];
/** Other spellings, read when the first one is not there or empty. */
const spellings: ReadonlyMap<string, string> = new Map([
  ['nonus_military', 'non_us_military'],
  ['nonus_civilian', 'non_us_civilian'],
]);
const rowsByName: ReadonlyMap<string, Row> = new Map(rows.map((row) => [row.name, row]));

const EMPTY_REPORT = templateOf(meshtastic.CasevacReportSchema);

const parseCard = (card: Element): meshtastic.ZMistEntry => ({
  $typeName: 'meshtastic.ZMistEntry',
  title: attribute(card, 'title'),
  z: attribute(card, 'z'),
  m: attribute(card, 'm'),
  i: attribute(card, 'i'),
  s: attribute(card, 's'),
  t: attribute(card, 't'),
});
const buildCard = ({ title, z, m, i, s, t }: meshtastic.ZMistEntry): Element =>
  element('zMist', {
    title: title || undefined,
    z: z || undefined,
    m: m || undefined,
    i: i || undefined,
    s: s || undefined,
    t: t || undefined,
  });

export const casevac: Payload<'casevac'> = {
  parse: ({ detail }) => {
    const request = lastNamed(detail, '_medevac_');
    const cards = allNamed(lastNamed(request?.children ?? [], 'zMistsMap')?.children ?? [], 'zMist');
    const report: Report = { ...EMPTY_REPORT, zmist: cards.map((card) => parseCard(card)) };
    for (const [name, value] of request === undefined ? [] : attributesOf(request)) {
      const first = spellings.get(name);
      if (first === undefined || attribute(request, first) === '') rowsByName.get(first ?? name)?.parse(value, report);
    }
    return report;
  },

  build: (report, packet) => {
    const attributes: Record<string, string> = {};
    for (const { name, build } of rows) {
      const value = build(report);
      if (value !== '') attributes[name] = value;
    }
    const cards = report.zmist.slice(0, MAX_READ_POINTS).map((card) => buildCard(card));
    // The type alone says it, too: a request that had no such element gets none.
    const isEmpty = cards.length === 0 && Object.keys(attributes).length === 0;
    if (isEmpty && packet.cotTypeId === meshtastic.CotType.CotType_b_r_f_h_c) return [];
    return [element('_medevac_', attributes, cards.length === 0 ? [] : [element('zMistsMap', {}, cards)])];
  },
};
