/** Port 72 as real firmware handed it on. The captures lie beside the repository, never in it, and may be absent. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** `../shared/captures`, seen from the root of the repository. */
const FOLDER = new URL('../../../../shared/captures/', import.meta.url);

export interface FirmwareCapture {
  /** Versions and roles of both radios, and what was sent. */
  readonly name: string;
  /** What was sent, such as `chat_utf8`. */
  readonly what: string;
  /** Payload that the sender's phone gave to its radio. */
  readonly said: Uint8Array;
  /** Payloads that the receiver's phone got from its radio: none, one, or the compressed one and its plain twin. */
  readonly heard: readonly Uint8Array[];
}

interface Payload {
  readonly hex: string;
}
interface CaptureFile {
  readonly cases: Readonly<
    Record<string, { readonly from_phone: Payload; readonly receiver_phone: readonly Payload[] }>
  >;
}

const bytesOf = ({ hex }: Payload): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

/** None, with one line on stderr, when the folder is absent. */
export const firmwareCaptures = (): readonly FirmwareCapture[] => {
  if (!existsSync(FOLDER)) {
    process.stderr.write('Skipped: tests that need ../shared/captures, which is not there.\n');
    return [];
  }
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
  return files.flatMap((file) => {
    const { cases } = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as CaptureFile;
    return Object.entries(cases).map(([what, { from_phone: said, receiver_phone: heard }]) => ({
      name: `${file.replace('.json', '')} ${what}`,
      what,
      said: bytesOf(said),
      heard: heard.map(bytesOf),
    }));
  });
};
