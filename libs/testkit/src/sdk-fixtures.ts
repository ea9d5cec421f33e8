/** Fixtures of the published TAKPacket SDK. They lie beside the repository, never in it, and may be absent. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** `../shared/takpacket-sdk`, seen from the root of the repository. */
const FOLDER = new URL('../../../../shared/takpacket-sdk/', import.meta.url);

export interface SdkFixture {
  readonly name: string;
  /** Such as `pli` or `chat`. */
  readonly payload: string;
  readonly xml: string;
  /** A serialised TAKPacketV2 of schema generation A. */
  readonly packet: Uint8Array;
  /** The same compressed with a dictionary of generation A, behind its flags byte. */
  readonly frame: Uint8Array;
  /** The packet's fields by their names in the proto; enums by name. */
  readonly decoded: Readonly<Record<string, unknown>>;
}

type Decoded = Record<string, { payload: string; decoded: Record<string, unknown> }>;

let isAnnounced = false;

/** The folder; undefined, with one line on stderr, when it is not there and tests that need it must be skipped. */
export const sdkFolder = (): string | undefined => {
  if (existsSync(FOLDER)) return fileURLToPath(FOLDER);
  if (!isAnnounced) process.stderr.write('Skipped: tests that need ../shared/takpacket-sdk, which is not there.\n');
  isAnnounced = true;
  return undefined;
};

/** The fixtures of a payload, all without one; none when the folder is absent. */
export const sdkFixtures = (payload?: string): readonly SdkFixture[] => {
  if (sdkFolder() === undefined) return [];
  const rows = JSON.parse(read('decoded.json').toString('utf8')) as Decoded;
  return Object.entries(rows)
    .filter(([, row]) => payload === undefined || row.payload === payload)
    .map(([name, row]) => ({
      name,
      payload: row.payload,
      xml: read(`cot_xml/${name}.xml`).toString('utf8'),
      packet: new Uint8Array(read(`protobuf/${name}.pb`)),
      frame: new Uint8Array(read(`golden/${name}.bin`)),
      decoded: row.decoded,
    }));
};

const read = (path: string): Buffer => readFileSync(new URL(path, FOLDER));
