/** What the wire adds to protobuf and zstd: `npx vitest bench --run --project codec v2-frame`. */
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { findDictionaries, INSTALL_FOLDER, openZstd, usableDictionaries } from '@cotbus/zstd';
import { bench, describe } from 'vitest';
import { hasWireTypes, implausible } from '../wire/packet-faults.ts';
import { readZstdFrame } from '../wire/zstd-frame.ts';
import { sampleMarker } from '../wire/testing/marker.ts';
import { createV2Wire } from './v2-frame.ts';

const zstd = openZstd();
const own = usableDictionaries(findDictionaries(INSTALL_FOLDER)).filter(({ generation }) => generation === 'c');
const general = own.find(({ use }) => use === 'general')?.bytes ?? new Uint8Array(0);
const wire = createV2Wire({ zstd, dictionaries: own });

const packetBytes = toBinary(meshtastic.TAKPacketV2Schema, sampleMarker);
const encoded = wire.encode(sampleMarker, { form: 'c' });
const frame = encoded.ok ? encoded.frame : new Uint8Array(0);
const body = frame.subarray(1);
const raw = Uint8Array.of(0xff, ...packetBytes);

describe('read', () => {
  bench('bare fromBinary', () => void fromBinary(meshtastic.TAKPacketV2Schema, packetBytes));
  bench('a raw frame', () => void wire.decode(raw));
  bench('a compressed frame', () => void wire.decode(frame));
});

describe.skipIf(zstd === undefined)('read, step by step', () => {
  const opened = zstd?.open(general, { contentSize: true, dictionaryId: true });
  bench('header', () => void readZstdFrame(body, 4));
  bench('inflate', () => void opened?.decompress(body, 4096));
  bench('wire types', () => void hasWireTypes(packetBytes));
  bench('plausibility', () => void implausible(sampleMarker));
});

describe.skipIf(zstd === undefined)('write', () => {
  const opened = zstd?.open(general, { contentSize: true, dictionaryId: true });
  bench('bare toBinary', () => void toBinary(meshtastic.TAKPacketV2Schema, sampleMarker));
  bench('bare compress', () => void opened?.compress(packetBytes));
  bench('a raw frame', () => void wire.encode(sampleMarker, { form: 'raw' }));
  bench('a compressed frame', () => void wire.encode(sampleMarker, { form: 'c' }));
});
