/** `cotbus record`: the recorder, beside a Cotbus that runs. */
import { nodeProcess, runService } from '@cotbus/service';
import { recorder } from '../recorder.ts';

export interface RecordOptions {
  readonly config?: string;
  readonly bus?: string;
  readonly folder?: string;
}

export const record = ({ config, bus, folder }: RecordOptions): Promise<void> =>
  runService(recorder, {
    ...nodeProcess,
    args: config === undefined ? [] : ['--config', config],
    env: {
      ...nodeProcess.env,
      ...(bus !== undefined && { COTBUS_BUS_URL: bus }),
      ...(folder !== undefined && { COTBUS_RECORD_FOLDER: folder }),
    },
  });
