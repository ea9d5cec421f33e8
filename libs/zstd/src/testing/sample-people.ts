/** Packets of people, their words and their aircraft, as fields of the proto. */
import type { Random } from './random.ts';
import { sampleDetail } from './sample-details.ts';
import { H_E, H_G_I_G_O, M_G, UNKNOWN_M, place, type } from './sample-fields.ts';
import type { Fields } from './sample-fields.ts';
import { callsign, chatText, deviceUid, objectUid, phone, remark } from './sample-words.ts';

export const pli = (r: Random): Fields => {
  const name = callsign(r);
  const isMoving = r.chance(0.6);
  return {
    ...type(r.pick(['a-f-G-U-C', 'a-f-G-U-C', 'a-f-G-U-C', 'a-f-G-U-C-I', 'a-f-G', 'a-f-G-E-V-C', 'a-f-G-U-C-R-X'])),
    how: r.chance(0.8) ? M_G : H_E,
    callsign: name,
    team: r.pick([10, 10, 10, 1, 2, 3, 5, 9, 12, 11, 14]),
    role: r.pick([1, 1, 1, 1, 2, 3, 5, 7, 8]),
    ...place(r),
    ...(isMoving && { speed: r.int(10, 3000), course: r.int(0, 36_000) }),
    battery: r.int(5, 100),
    uid: deviceUid(r),
    deviceCallsign: r.chance(0.9) ? name : '',
    staleSeconds: r.pick([75, 90, 120, 300, 360, 375, 900]),
    ...(r.chance(0.15) && { phone: phone(r) }),
    ...(r.chance(0.1) && { remarks: remark(r) }),
    ...(r.chance(0.06) && {
      environment: {
        temperatureCX10: r.int(-150, 350),
        windDirectionDeg: r.int(1, 359),
        windSpeedCmS: r.int(50, 2500),
      },
    }),
    ...(r.chance(0.06) && {
      sensorFov: {
        type: r.pick([1, 2, 3]),
        azimuthDeg: r.int(0, 359),
        rangeM: r.pick([100, 250, 500, 1000]),
        fovHorizontalDeg: 45,
        model: r.pick(['Drone camera', 'FLIR', 'Thermal scope', 'Binoculars']),
      },
    }),
  };
};

export const chat = (r: Random): Fields => {
  const from = deviceUid(r);
  const name = callsign(r);
  const [to, toCallsign] = r.chance(0.6) ? [undefined, name] : [deviceUid(r), name];
  const room = to ?? 'All Chat Rooms';
  return {
    ...type('b-t-f'),
    how: H_G_I_G_O,
    callsign: name,
    ...place(r),
    uid: `GeoChat.${from}.${room}.${r.uuid()}`,
    staleSeconds: 86_400,
    ...(to !== undefined && r.chance(0.4) && { marti: { destCallsign: [callsign(r)] } }),
    chat: { message: chatText(r), toCallsign, ...(to !== undefined && { to }) },
  };
};

export const receipt = (r: Random): Fields => {
  const isRead = r.chance(0.5);
  return {
    ...type(isRead ? 'b-t-f-r' : 'b-t-f-d'),
    how: H_G_I_G_O,
    callsign: callsign(r),
    ...place(r),
    uid: r.uuid(),
    staleSeconds: r.pick([300, 3600, 86_400]),
    chat: { receiptForUid: r.uuid(), receiptType: isRead ? 2 : 1 },
  };
};

export const taktalk = (r: Random): Fields => ({
  ...type('m-t-t'),
  how: 0,
  callsign: callsign(r),
  uid: r.uuid(),
  altitude: UNKNOWN_M,
  marti: { destCallsign: Array.from({ length: r.int(1, 2) }, () => callsign(r)) },
  taktalk: {
    text: chatText(r),
    chatroomId: `${r.int(1, 9)}`,
    lang: r.pick(['en', 'de', 'en-US']),
    fromVoice: r.chance(0.4),
  },
});

export const taktalkRoom = (r: Random): Fields => ({
  ...type('y'),
  how: H_G_I_G_O,
  callsign: callsign(r),
  ...place(r),
  uid: r.uuid(),
  taktalkRoom: {
    roomId: r.uuid(),
    roomName: `${r.pick(['Search', 'Ops', 'Medical', 'Logistics'])} room`,
    participants: Array.from({ length: r.int(2, 4) }, () => callsign(r)),
  },
});

export const rawDetail = (r: Random): Fields => {
  const { cot, detail } = sampleDetail(r);
  return {
    ...type(cot),
    how: r.pick([H_E, M_G, H_G_I_G_O]),
    ...place(r),
    uid: objectUid(r),
    staleSeconds: r.pick([20, 300, 900, 86_400]),
    rawDetail: Buffer.from(detail).toString('base64'),
  };
};

export const aircraft = (r: Random): Fields => {
  const icao = r.hex(6).toUpperCase();
  const [letter, digits] = [r.pick(['N', 'D-', 'G-', 'OE-', 'F-', 'C-']), r.int(100, 9999)];
  const registration = `${letter}${digits}${r.pick(['', 'A', 'AB', 'MT'])}`;
  const flight = `${r.pick(['UAL', 'DLH', 'BAW', 'AUA', 'RCH', 'SWR', 'LIFE', 'MEDIC', 'POLICE', 'RESCUE'])}${r.int(1, 999)}`;
  const model = r.pick(['A320', 'A321', 'B738', 'B77W', 'C172', 'EC35', 'EC45', 'H60', 'PC12', 'AS50', 'B06', 'R44']);
  const squawk = r.int(1000, 7777);
  const category = r.pick(['A1', 'A2', 'A3', 'A5', 'A7', 'B6']);
  const isWordy = r.chance(0.35);
  return {
    ...type(
      r.pick([
        'a-n-A-C-F',
        'a-n-A-C-F',
        'a-n-A-C-H',
        'a-n-A-C',
        'a-f-A-C-H',
        'a-f-A-M-H',
        'a-f-A-M-F-Q',
        'a-u-A',
        'a-h-A-M-F-F',
        'a-n-A',
      ]),
    ),
    how: r.chance(0.8) ? M_G : 5,
    callsign: r.chance(0.7) ? flight : registration,
    ...place(r),
    altitude: r.int(100, 13_000),
    speed: r.int(2000, 26_000),
    course: r.int(0, 36_000),
    uid: r.chance(0.8) ? `ICAO-${icao}` : r.uuid(),
    staleSeconds: r.pick([10, 20, 45, 60, 120]),
    ...(isWordy && {
      remarks: `ICAO: ${icao} REG: ${registration} Flight: ${flight} Type: ${model} Squawk: ${squawk} Category: ${category} #adsb`,
    }),
    aircraft: {
      icao,
      registration,
      flight,
      aircraftType: r.chance(0.7) ? model : '',
      squawk,
      category: r.chance(0.8) ? category : '',
      ...(r.chance(0.4) && { rssiX10: r.int(-400, -50), gps: true, cotHostId: `adsb-${r.hex(4)}` }),
    },
  };
};

export const drone = (r: Random): Fields => ({
  ...pli(r),
  ...type(r.pick(['a-f-A-M-H-Q', 'a-f-A-M-F', 'a-f-A'])),
  role: 0,
});
