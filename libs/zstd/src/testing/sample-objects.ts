/** Packets of what people put on the map, as fields of the proto. */
import type { Random } from './random.ts';
import { H_E, H_G_I_G_O, M_G, colour, delta, place, type, withRemarks } from './sample-fields.ts';
import type { Fields } from './sample-fields.ts';
import { callsign, deviceUid, objectUid, placeName, remark } from './sample-words.ts';

const vertices = (r: Random, count: number, reach: number) => ({
  vertexLatDeltas: Array.from({ length: count }, () => delta(r, reach)),
  vertexLonDeltas: Array.from({ length: count }, () => delta(r, reach)),
});

export const shape = (r: Random): Fields => {
  const stroke = colour(r);
  const fill = colour(r);
  const isFilled = r.chance(0.4);
  const style = {
    style: isFilled ? 3 : 1,
    strokeColor: stroke.team,
    strokeArgb: stroke.argb,
    strokeWeightX10: r.pick([10, 20, 30, 40, 50]),
    ...(isFilled && { fillColor: fill.team, fillArgb: (fill.argb & 0xffffff) + 0x80000000 }),
    labelsOn: r.chance(0.4),
  };
  const radius = r.int(500, 300_000);
  const bullseye = {
    bullseyeDistanceDm: r.int(1000, 90_000),
    bullseyeBearingRef: r.int(1, 3),
    bullseyeFlags: r.int(0, 3),
    bullseyeUidRef: objectUid(r),
  };
  const circle = { majorCm: radius, minorCm: radius, angleDeg: 360 };
  const [cot, name, value] = r.pick([
    ['u-d-c-c', 'Drawing Circle', { kind: 1, ...circle }],
    ['u-d-r', 'Rectangle', { kind: 2, ...vertices(r, 4, 90_000) }],
    ['u-d-f', 'Freeform', { kind: 3, ...vertices(r, r.int(3, 12), 120_000) }],
    ['u-d-f', 'Shape', { kind: 3, ...vertices(r, r.int(3, 9), 120_000) }],
    ['u-d-f-m', 'Freehand', { kind: 4, ...vertices(r, r.int(8, 32), 4000) }],
    ['u-d-p', 'Polygon', { kind: 5, ...vertices(r, r.int(3, 8), 120_000) }],
    ['u-r-b-c-c', 'R&B Circle', { kind: 6, ...circle }],
    ['u-r-b-bullseye', 'Bullseye', { kind: 7, ...circle, ...bullseye }],
    ['u-d-c-e', 'Ellipse', { kind: 8, majorCm: radius, minorCm: r.int(300, radius), angleDeg: r.int(0, 359) }],
  ] as const);
  return {
    ...type(cot),
    how: H_E,
    callsign: r.chance(0.7) ? `${name} ${r.int(1, 40)}` : `Search area ${r.int(1, 40)}`,
    ...place(r),
    uid: objectUid(r),
    staleSeconds: r.pick([900, 86_400, 86_400, 604_800, 31_536_000]),
    ...withRemarks(r),
    shape: { ...style, ...value },
  };
};

const COLOUR_PATH = 'COT_MAPPING_SPOTMAP/b-m-p-s-m/';
/** The icons every ATAK comes with. */
const ICON_SET = '34ae1613-9645-4222-a9d2-e5f243dea2865';

export const marker = (r: Random): Fields => {
  const { team, argb } = colour(r);
  const number = argb | 0;
  const [cot, kind, iconset] = r.pick([
    ['b-m-p-s-m', 6, `${COLOUR_PATH}${number}`],
    ['b-m-p-s-m', 6, `${COLOUR_PATH}${number}`],
    ['b-m-p-w', 2, ''],
    ['b-m-p-w-GOTO', 8, ''],
    ['b-m-p-c', 3, ''],
    ['b-m-p-s-p-i', 4, ''],
    ['b-m-p-s-p-loc', 4, ''],
    ['b-m-p-s-p-op', 11, ''],
    ['b-m-p-c-cp', 10, ''],
    ['a-u-G', 5, 'COT_MAPPING_2525B/a-u/a-u-G'],
    ['a-f-G', 5, 'COT_MAPPING_2525B/a-f/a-f-G'],
    ['a-h-G', 5, 'COT_MAPPING_2525B/a-h/a-h-G'],
    ['a-n-G', 5, 'COT_MAPPING_2525B/a-n/a-n-G'],
    ['a-f-G-E-V-C', 5, 'COT_MAPPING_2525B/a-f/a-f-G-E-V-C'],
    ['a-f-G-I', 5, 'COT_MAPPING_2525B/a-f/a-f-G-I'],
    [
      'a-u-G',
      7,
      `${ICON_SET}/${r.pick(['Transportation/Truck', 'Google/camera', 'Google/hiker', 'Fire/fire', 'Animals/dog', 'Search/lkp', 'Medical/aid', 'Google/flag', 'Google/caution'])}.png`,
    ],
    ['b-i-x-i', 12, ''],
  ] as const);
  const parent = callsign(r);
  return {
    ...type(cot),
    how: r.chance(0.8) ? H_G_I_G_O : H_E,
    callsign: placeName(r),
    ...place(r),
    uid: objectUid(r),
    staleSeconds: r.pick([900, 86_400, 86_400, 604_800, 31_536_000]),
    ...withRemarks(r),
    marker: {
      kind,
      color: team,
      colorArgb: argb,
      readiness: r.chance(0.6),
      ...(r.chance(0.8) && { parentUid: deviceUid(r), parentType: 'a-f-G-U-C', parentCallsign: parent }),
      iconset,
    },
  };
};

export const rab = (r: Random): Fields => {
  const { team, argb } = colour(r);
  return {
    ...type('u-rb-a'),
    how: H_E,
    callsign: `R&B ${r.int(1, 40)}`,
    ...place(r),
    uid: objectUid(r),
    staleSeconds: r.pick([900, 86_400]),
    ...withRemarks(r),
    rab: {
      anchor: r.chance(0.5) ? {} : { latDeltaI: delta(r, 90_000), lonDeltaI: delta(r, 90_000) },
      anchorUid: r.chance(0.5) ? deviceUid(r) : objectUid(r),
      rangeCm: r.int(5000, 900_000),
      bearingCdeg: r.int(0, 35_999),
      strokeColor: team,
      strokeArgb: argb,
      strokeWeightX10: 30,
    },
  };
};

export const route = (r: Random): Fields => ({
  ...type('b-m-r'),
  how: H_E,
  callsign: r.chance(0.5) ? `Route ${r.int(1, 30)}` : `${placeName(r)} Route`,
  ...place(r),
  uid: objectUid(r),
  staleSeconds: r.pick([900, 86_400, 604_800]),
  ...withRemarks(r),
  route: {
    method: r.int(1, 5),
    direction: r.int(1, 2),
    prefix: r.pick(['CP', 'WP', '']),
    strokeWeightX10: r.pick([30, 40]),
    links: Array.from({ length: r.int(2, 8) }, (_, index) => ({
      point: { latDeltaI: delta(r, 200_000), lonDeltaI: delta(r, 200_000) },
      callsign: r.chance(0.6) ? `${r.pick(['CP', 'WP', 'Waypoint '])}${index + 1}` : '',
      linkType: r.chance(0.3) ? 1 : 0,
    })),
  },
});

export const casevac = (r: Random): Fields => {
  const title = `MED.${r.int(1, 28)}.${r.int(100_000, 235_959)}`;
  return {
    ...type('b-r-f-h-c'),
    how: H_E,
    callsign: r.chance(0.5) ? title : `CASEVAC ${r.int(1, 9)}`,
    ...place(r),
    uid: objectUid(r),
    staleSeconds: r.pick([900, 3600, 86_400]),
    ...withRemarks(r),
    casevac: {
      precedence: r.int(1, 5),
      equipmentFlags: r.int(0, 15),
      litterPatients: r.int(0, 3),
      ambulatoryPatients: r.int(0, 3),
      security: r.int(0, 2),
      hlzMarking: r.int(1, 5),
      zoneMarker: r.pick(['', 'green smoke', 'red smoke', 'orange panel', 'strobe']),
      usCivilian: r.int(0, 3),
      child: r.int(0, 1),
      terrainFlags: r.int(0, 31),
      frequency: r.pick(['', '155.160', '123.100', '462.5625']),
      ...(r.chance(0.6) && { title, urgentCount: r.int(0, 2), priorityCount: r.int(0, 2) }),
      ...(r.chance(0.3) && { medlineRemarks: remark(r) }),
      ...(r.chance(0.3) && { windsAreFrom: r.pick(['N', 'NW', 'SE']), obstacles: r.pick(['Power lines', 'Trees']) }),
      ...(r.chance(0.3) && {
        zmist: [
          {
            title: `ZMIST${r.int(1, 3)}`,
            z: `${r.int(1000, 9999)}`,
            m: r.pick(['Fall', 'Vehicle accident', 'Hypothermia', 'Burn']),
            i: r.pick(['Fractured leg', 'Head injury', 'Laceration', 'Sprained ankle']),
            s: r.pick(['Stable', 'Unconscious', 'Pulse 90', 'Breathing normally']),
            t: r.pick(['Splint', 'Tourniquet', 'Oxygen', 'Bandage', 'Morphine']),
          },
        ],
      }),
    },
  };
};

export const emergency = (r: Random): Fields => {
  const [cot, kind, suffix] = r.pick([
    ['b-a-o-tbl', 1, '-9-1-1'],
    ['b-a-o-pan', 2, '-Ring The Bell'],
    ['b-a-o-opn', 3, '-In Contact'],
    ['b-a-g', 4, '-Geo-fence'],
    ['b-a-o-c', 5, '-Alert'],
    ['b-a-o-can', 6, '-CANCEL'],
  ] as const);
  const uid = deviceUid(r);
  return {
    ...type(cot),
    how: r.pick([M_G, H_E]),
    callsign: `${callsign(r)}${r.chance(0.6) ? '-Alert' : suffix}`,
    ...place(r),
    uid: `${uid}-9-1-1`,
    staleSeconds: r.pick([10, 300, 360]),
    ...withRemarks(r),
    emergency: { type: kind, authoringUid: uid, ...(kind === 6 && { cancelReferenceUid: `${uid}-9-1-1` }) },
  };
};

export const task = (r: Random): Fields => ({
  ...type('t-s'),
  how: H_E,
  callsign: `Task ${r.int(1, 60)}`,
  ...place(r),
  uid: objectUid(r),
  staleSeconds: r.pick([900, 3600, 86_400]),
  task: {
    taskType: r.pick(['search', 'observe', 'transport', 'rescue', 'engage']),
    targetUid: objectUid(r).slice(0, 32),
    assigneeUid: deviceUid(r).slice(0, 32),
    priority: r.int(1, 4),
    status: r.int(1, 5),
    note: r.chance(0.6) ? remark(r).slice(0, 48) : '',
  },
});
