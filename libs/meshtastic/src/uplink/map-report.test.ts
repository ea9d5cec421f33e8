import { create, toBinary } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { createNodeTable } from '../node-table.ts';
import { mapReportInfo, readMapReport } from './map-report.ts';
import { decodedPacket, encryptedPacket, takChannel, tracker } from './testing/uplinked.ts';

const WALL_MS = Date.UTC(2026, 10, 20);
const HOUR_MS = 3_600_000;
const at = (ms: number) => ({ monotonicMs: ms, wallMs: WALL_MS + ms });

const fields: MessageInitShape<typeof meshtastic.MapReportSchema> = {
  longName: 'Hill repeater',
  shortName: 'HILL',
  role: meshtastic.Config_DeviceConfig_Role.ROUTER,
  hwModel: 43,
  firmwareVersion: '2.7.26.54e0d8d',
  region: meshtastic.Config_LoRaConfig_RegionCode.EU_868,
  modemPreset: meshtastic.Config_LoRaConfig_ModemPreset.MEDIUM_FAST,
  hasDefaultChannel: true,
  latitudeI: 473_694_208,
  longitudeI: 85_196_800,
  altitude: 871,
  positionPrecision: 13,
  numOnlineLocalNodes: 17,
};

const reportPacket = (report: MessageInitShape<typeof meshtastic.MapReportSchema> = fields) =>
  decodedPacket({
    portnum: 73,
    payload: toBinary(meshtastic.MapReportSchema, create(meshtastic.MapReportSchema, report)),
  });

const positionPacket = (latitudeI: number, precisionBits: number, rxRssi = -90) => {
  const position = create(meshtastic.PositionSchema, { latitudeI, longitudeI: 85_000_000, precisionBits });
  return decodedPacket({ portnum: 3, payload: toBinary(meshtastic.PositionSchema, position) }, { rxRssi, rxSnr: 5 });
};

const tableOf = () => createNodeTable({ agent: 'a', mesh: 'm' });

describe('a map report', () => {
  it('is read', () => {
    expect(readMapReport(reportPacket())).toEqual({
      node: tracker,
      longName: 'Hill repeater',
      shortName: 'HILL',
      role: 2,
      hardwareModel: 43,
      firmwareVersion: '2.7.26.54e0d8d',
      region: 'EU_868',
      modemPreset: 'MEDIUM_FAST',
      hasDefaultChannel: true,
      onlineNodes: 17,
      place: { latitudeI: 473_694_208, longitudeI: 85_196_800, altitudeM: 871, precisionBits: 13 },
    });
  });

  it('says numbers for what only later versions know, and no place where there is none', () => {
    const report = readMapReport(reportPacket({ region: 99 as meshtastic.Config_LoRaConfig_RegionCode }));
    expect(report).toMatchObject({ region: '99', longName: '', place: undefined });
  });

  it.each([
    ['another port', decodedPacket({ portnum: 3, payload: Uint8Array.of(1) })],
    ['encrypted', encryptedPacket(takChannel, { portnum: 73, payload: Uint8Array.of(1) })],
    ['garbled', decodedPacket({ portnum: 73, payload: Uint8Array.of(0x0a, 9, 1) })],
  ])('is none: %s', (_, packet) => {
    expect(readMapReport(packet)).toBeUndefined();
  });
});

describe('the node table', () => {
  const learn = (table: ReturnType<typeof tableOf>, packet: meshtastic.MeshPacket, ms: number) => {
    const report = readMapReport(packet);
    if (report === undefined) throw new TypeError('no report');
    const now = at(ms);
    return table.info(mapReportInfo(report, table.state(tracker, now), Math.floor(now.wallMs / 1000)), now);
  };

  it('takes names, role and place of a node it never heard, as heard over MQTT', () => {
    const table = tableOf();
    expect(learn(table, reportPacket(), 0)).toMatchObject({ kind: 'merged' });
    const state = table.state(tracker, at(1000));
    expect(state).toMatchObject({
      longName: 'Hill repeater',
      shortName: 'HILL',
      role: 2,
      hardwareModel: 43,
      viaMqtt: true,
    });
    expect(state?.fix).toMatchObject({ latitudeI: 473_694_208, altitudeMslM: 871, precisionBits: 13, ageMs: 1000 });
    expect(state).toMatchObject({ heardAgeMs: 1000 });
    expect(state?.hops).toBeUndefined();
  });

  it('keeps the finer fix that it has, the signal, and what is known of the names', () => {
    const table = tableOf();
    table.heard(positionPacket(473_766_650, 32), at(0), { replayed: false });
    learn(table, reportPacket({ ...fields, longName: '', shortName: '' }), HOUR_MS);
    const state = table.state(tracker, at(HOUR_MS));
    expect(state).toMatchObject({ snrDb: 5, hops: 0, viaMqtt: false, longName: '', heardAgeMs: 0 });
    expect(state?.fix).toMatchObject({ latitudeI: 473_766_650, precisionBits: 32 });
  });

  it.each([
    ['an unrounded fix stands', 0, HOUR_MS, 473_766_650],
    ['an equally coarse fix is replaced', 13, HOUR_MS, 473_694_208],
    ['a coarser fix is replaced', 12, HOUR_MS, 473_694_208],
    ['a finer fix of half a day is replaced', 32, 12 * HOUR_MS, 473_694_208],
  ])('%s', (_, bits, laterMs, latitudeI) => {
    const table = tableOf();
    table.heard(positionPacket(473_766_650, bits), at(0), { replayed: false });
    learn(table, reportPacket(), laterMs);
    expect(table.state(tracker, at(laterMs))?.fix?.latitudeI).toBe(latitudeI);
  });

  it('refuses a place that is not on Earth', () => {
    const report = reportPacket({ ...fields, latitudeI: 900_000_001 });
    expect(learn(tableOf(), report, 0)).toMatchObject({ kind: 'impossible' });
  });
});
