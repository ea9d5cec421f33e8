/** Words that show what the codec does. */
import { Option } from 'commander';
import type { Command } from 'commander';
import type { DecodeOptions } from '../commands/decode.ts';
import type { EncodeOptions } from '../commands/encode.ts';
import { nodeNumber, wholeNumber } from './arguments.ts';

/** `auto` is what a worker would send; the others are one form of the wire each. */
const profiles = ['auto', 'a', 'b', 'raw', 'c'] as const satisfies readonly EncodeOptions['profile'][];
const ports = ['78', '72', '257'] as const satisfies readonly DecodeOptions['port'][];

export const addCodec = (program: Command): void => {
  program
    .command('encode')
    .description('show what CoT events become on the mesh, as frames of port 78')
    .argument('<file...>', 'files of one event each; - is standard input')
    .addOption(
      new Option('--profile <profile>', 'as a worker sends it, or one form of the wire')
        .choices(profiles)
        .default('auto'),
    )
    .option('--fit <bytes>', 'give up what it takes to come down to this size; 225 in profile auto', wholeNumber)
    .option('--strip', 'leave out what no receiver draws, as profile auto does')
    .option('--json', 'one JSON object a line')
    .action(async (files: string[], options: EncodeOptions) =>
      (await import('../commands/encode.ts')).encodeFiles(files, options),
    );
  program
    .command('decode')
    .description('show what payloads from the mesh say, as CoT events')
    .argument('<hex or file...>', 'payloads of one sender, in hexadecimal or as files of bytes; - is standard input')
    .addOption(new Option('--port <port>', 'V2, V1 or forwarder').choices(ports).default('78'))
    .addOption(
      new Option('--from <node>', 'the node that sent them, such as !15465d8d')
        .argParser(nodeNumber)
        .default(0, 'unknown'),
    )
    .option('--json', 'one JSON object a line')
    .action(async (inputs: string[], options: DecodeOptions) =>
      (await import('../commands/decode.ts')).decodeInputs(inputs, options),
    );
};
