/** The section `recording` of a radio: what was recorded in the place of a radio at hand. */
import { z } from 'zod';

export const recordingOptions = z.strictObject({
  file: z.string().min(1).describe('Recording, or folder of recordings, that is played as if it were heard now'),
  speed: z.number().min(0.01).max(10_000).default(1).describe('How many times as fast as it was recorded'),
  mesh: z.string().min(1).optional().describe('Play what was heard on this mesh alone; everything when left out'),
});

export type RecordingOptions = z.infer<typeof recordingOptions>;
