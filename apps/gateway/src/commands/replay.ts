/** `cotbus replay`: a recording as a radio of a gateway of its own, of one that runs, or as TAK traffic. */
import { radioOptions } from '@cotbus/radio-agent';
import type { RadioOptions } from '@cotbus/radio-agent';
import { printable, readRecording, RecordingError } from '@cotbus/service';
import { z } from 'zod';
import { replayOnBus } from './replay-bus.ts';
import { replayToTak } from './replay-tak.ts';
import { up } from './up.ts';

export interface ReplayOptions {
  readonly config?: string;
  readonly speed: number;
  readonly mesh?: string;
  /** Broker of a Cotbus that runs. */
  readonly bus?: string;
  /** `host:port` of a TAK server or client. */
  readonly tak?: string;
}

const UNUSABLE = 2;

export const replay = async (file: string, { speed, mesh, config, bus, tak }: ReplayOptions): Promise<void> => {
  const radio = radioOptions.safeParse({
    name: 'replay',
    mesh: 'replay',
    // When it is over, nobody is heard any more.
    silentMinutes: 0,
    recording: { file, speed, ...(mesh !== undefined && { mesh }) },
  });
  if (!radio.success) return fail(z.prettifyError(radio.error));
  const fault = await faultOf(file);
  if (fault !== undefined) return fail(fault);
  if (tak !== undefined) return replayToTak(file, speed, tak);
  if (bus !== undefined) return replayOnBus(await nameMesh(radio.data, file), bus);
  return up({ ...(config !== undefined && { config }), recording: await nameMesh(radio.data, file) });
};

const fail = (why: string): void => {
  console.error(printable(why));
  process.exitCode = UNUSABLE;
};

const faultOf = async (file: string): Promise<string | undefined> => {
  try {
    await readRecording(file).next();
    return undefined;
  } catch (error) {
    if (error instanceof RecordingError) return error.message;
    throw error;
  }
};

/** The mesh that the first frame was heard on: what was heard there before is known as a copy. */
const nameMesh = async (radio: RadioOptions, file: string): Promise<RadioOptions> => {
  const wanted = radio.recording?.mesh;
  for await (const line of readRecording(file)) {
    if (line.kind !== 'frame' || (wanted ?? line.frame.mesh) !== line.frame.mesh) continue;
    const named = radioOptions.safeParse({ ...radio, mesh: line.frame.mesh });
    return named.success ? named.data : radio;
  }
  return radio;
};
