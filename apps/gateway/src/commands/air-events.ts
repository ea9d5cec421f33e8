/** The TAK traffic that `cotbus air` rehearses: a recording, events one behind the other, or the example hour. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { readRecording } from '@cotbus/service';
import { takHour } from '@cotbus/simulator';
import { createEventStream } from '@cotbus/tak-egress';

/** What came from TAK. */
export type AirInput =
  /** @param atMs when it came, epoch milliseconds; undefined: as the event says */
  | { readonly kind: 'event'; readonly xml: string; readonly atMs?: number }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * @param file `-` for standard input; the example hour when undefined
 * @throws RecordingError, and errors of the file system
 */
export const airEvents = (file: string | undefined, seed: number): AsyncIterable<AirInput> | Iterable<AirInput> => {
  if (file === undefined) return takHour({ seed }).map(({ xml }) => ({ kind: 'event', xml }));
  return readFile(file);
};

async function* readFile(file: string): AsyncGenerator<AirInput> {
  if (await isRecording(file)) yield* recordedEvents(file);
  else yield* writtenEvents(file);
}

const isRecording = async (file: string): Promise<boolean> =>
  file !== '-' && (/\.jsonl(\.gz)?$/.test(file) || (await stat(file)).isDirectory());

/** What was heard of meshes is on the air already. */
async function* recordedEvents(file: string): AsyncGenerator<AirInput> {
  for await (const line of readRecording(file)) {
    if (line.kind === 'damaged') yield { kind: 'refused', reason: 'garbled' };
    if (line.kind !== 'event' || line.event.way !== 'from_tak') continue;
    yield { kind: 'event', xml: line.event.xml, atMs: line.event.at };
  }
}

async function* writtenEvents(file: string): AsyncGenerator<AirInput> {
  let found: AirInput[] = [];
  const stream = createEventStream((output) => {
    found.push(
      output.kind === 'event' ? { kind: 'event', xml: output.xml } : { kind: 'refused', reason: output.reason },
    );
  });
  const all = file === '-' ? process.stdin : createReadStream(file);
  for await (const chunk of all as AsyncIterable<Uint8Array>) {
    stream.push(chunk);
    yield* found;
    found = [];
  }
  stream.end();
  yield* found;
}
