/** The settings of a service, as it says them itself: it leaves out its secrets. */
import { fromBinary } from '@bufbuild/protobuf';
import { isTopicLevel, SettingListSchema } from '@cotbus/contracts';
import { z } from 'zod';
import { clip } from './bounds.ts';
import type { Commands } from './commands.ts';
import type { ActionAnswer } from './page-action.ts';

const level = z.string().refine(isTopicLevel, 'expected the name of a service');

export const settingsQuestion = z.strictObject({ name: level, instance: level });

const WAIT_MS = 3000;
const MAX_VALUE = 400;

export const askSettings = async (
  commands: Commands,
  { name, instance }: z.output<typeof settingsQuestion>,
): Promise<ActionAnswer> => {
  const question = { target: instance, verb: 'settings', arguments: { service: name }, lifeMs: WAIT_MS };
  const reply = await commands.ask(question, WAIT_MS);
  if (reply === undefined)
    return { status: 504, text: `${instance} does not answer. Is it running, and as new as this console?` };
  try {
    const { settings } = fromBinary(SettingListSchema, reply.bytes);
    return {
      status: 200,
      json: settings.map(({ path, value, source, secret }) => ({
        key: clip(path),
        path: clip(path),
        value: secret ? '' : clip(value, MAX_VALUE),
        source: clip(source),
        secret,
      })),
    };
  } catch {
    return { status: 502, text: 'The answer cannot be read: are all services of one version?' };
  }
};
