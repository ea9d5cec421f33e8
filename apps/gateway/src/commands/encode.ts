/** `cotbus encode`: events as frames of port 78, one line for each. */
import {
  encodePacket,
  fitEvent,
  fitFrames,
  isControl,
  isFileShare,
  packetOfTree,
  parseEventTree,
  PROFILE_A,
  PROFILE_B,
  stripPacket,
} from '@cotbus/codec';
import type { EventTree, FitOptions, V2Wire } from '@cotbus/codec';
import { kindText } from '@cotbus/contracts';
import { printable } from '@cotbus/service';
import { endWithReader, faultLine, hexOf, printLine, readInput } from './input.ts';
import type { Fault } from './input.ts';
import { ownWire } from './own-wire.ts';

export interface EncodeOptions {
  /**
   * `auto`: as a worker sends it, lean and at most 225 bytes. `a`: the field choices of the published SDK, generation A.
   * `b`, `c`, `raw`: schema B. All but `auto` leave out and fit only what they are told.
   */
  readonly profile: 'auto' | 'a' | 'b' | 'raw' | 'c';
  /** Bytes of the frame at most. */
  readonly fit?: number;
  /** Leave out what no receiver draws. */
  readonly strip?: boolean;
  readonly json?: boolean;
}

/** What is known of an input; a refused one has an `error`. Bytes are hexadecimal. */
export interface EncodedLine {
  readonly file: string;
  readonly cotType?: string;
  readonly kind?: string;
  /** The TAKPacketV2 in the frame; when there is no frame, the one that was to be in it. */
  readonly protobuf?: string;
  readonly wire?: string | null;
  readonly wireBytes?: number | null;
  /** Further frames of a route that one does not hold. */
  readonly following?: readonly string[];
  /** `raw`, `a`, `b` or `c`: of the frame, or asked for. */
  readonly generation?: string | null;
  /** Its number; null when raw. */
  readonly dictionary?: number | null;
  /** What was left out, cut and given up, in words. */
  readonly stripped?: readonly string[];
  readonly error?: Fault;
}

export const encodeFiles = async (files: readonly string[], options: EncodeOptions): Promise<void> => {
  endWithReader();
  const wire = ownWire();
  for (const file of files) {
    const line = { file, ...(await encodeFile(file, options, wire)) };
    printLine(line, options.json, encodedText(line));
  }
};

type Line = Omit<EncodedLine, 'file'>;

const encodeFile = async (file: string, options: EncodeOptions, wire: V2Wire): Promise<Line> => {
  const input = await readInput(file);
  if (!input.ok) return input;
  try {
    return encodeXml(new TextDecoder('utf-8', { fatal: true }).decode(input.bytes), options, wire);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { error: { code: 'garbled', message: 'no text in UTF-8' } };
  }
};

const encodeXml = (xml: string, options: EncodeOptions, wire: V2Wire): Line => {
  const parsed = parseEventTree(xml);
  if (!parsed.ok) return { error: faultLine(parsed) };
  const { tree } = parsed;
  const named = { cotType: tree.type, kind: kindText(tree.kind) };
  const packet = packetOfTree(tree, options.profile === 'a' ? PROFILE_A : PROFILE_B);
  return { ...named, ...(packet.ok ? encodeTree(tree, packet.packet, options, wire) : { error: faultLine(packet) }) };
};

type Packet = Extract<ReturnType<typeof packetOfTree>, { ok: true }>['packet'];

const encodeTree = (tree: EventTree, whole: Packet, options: EncodeOptions, wire: V2Wire): Line => {
  const { profile, strip = profile === 'auto' } = options;
  const lean = strip ? stripPacket(whole) : { packet: whole, stripped: [] };
  const frame = isWhole(options) ? encodeWhole(lean, profile, wire) : encodeFitted(tree, { ...options, strip }, wire);
  return frame.ok
    ? {
        protobuf: hexOf(frame.packetBytes),
        wire: hexOf(frame.frame),
        wireBytes: frame.frame.length,
        generation: frame.generation,
        dictionary: frame.dictionary ?? null,
        ...(frame.following.length > 0 && { following: frame.following.map(hexOf) }),
        stripped: frame.stripped,
      }
    : {
        protobuf: hexOf(encodePacket(lean.packet)),
        wire: null,
        wireBytes: null,
        generation: profile === 'auto' ? null : profile,
        dictionary: null,
        stripped: lean.stripped,
        error: faultLine(frame),
      };
};

const isWhole = ({ profile, fit }: EncodeOptions): boolean => profile !== 'auto' && fit === undefined;

const encodeWhole = (
  { packet, stripped }: ReturnType<typeof stripPacket>,
  form: EncodeOptions['profile'],
  wire: V2Wire,
) => {
  const encoded = wire.encode(packet, { form, maxFrameBytes: Number.POSITIVE_INFINITY });
  return encoded.ok ? { ...encoded, following: [], stripped } : encoded;
};

const encodeFitted = (tree: EventTree, { profile: form, fit, strip }: EncodeOptions, wire: V2Wire) => {
  const policy = { form, ...(fit !== undefined && { maxFrameBytes: fit }) };
  const wanted = { wire, policy, ...(strip !== true && { strip: [] }) };
  if (form === 'auto') return encodeAsWorker(tree, wanted);
  const fitted = fitEvent(tree, wanted, form === 'a' ? PROFILE_A : PROFILE_B);
  return fitted.ok ? { ...fitted, following: [] } : fitted;
};

const encodeAsWorker = (tree: EventTree, wanted: FitOptions) => {
  const { type } = tree;
  const refuse = (detail: string) => ({ ok: false, reason: 'not_allowed', detail }) as const;
  if (isControl(type)) return refuse(`${type} belongs to a TAK connection`);
  if (isFileShare(type)) return refuse(`${type}: nobody on a mesh can fetch the file`);
  const fitted = fitFrames(tree, wanted);
  const [first, ...following] = fitted.ok ? fitted.frames : [];
  if (!fitted.ok || first === undefined) return fitted as Extract<typeof fitted, { ok: false }>;
  return { ...first, following: following.map(({ frame }) => frame), stripped: fitted.stripped };
};

/** For people: what it is and how large it became, then the frame. */
const encodedText = (line: EncodedLine): readonly string[] => {
  const { file, cotType, kind, wire, wireBytes, generation, dictionary, following = [], stripped = [], error } = line;
  if (error !== undefined) return [printable(`${file}: ${error.code}: ${error.message}`)];
  const form = dictionary === null ? 'raw' : `generation ${generation?.toUpperCase()}, dictionary ${dictionary}`;
  const without = stripped.length === 0 ? '' : `; without ${stripped.join(', ')}`;
  const frames = [wire, ...following];
  const more = following.length === 0 ? '' : ` and ${following.length} more`;
  const about = `${file}: ${kind} ${cotType}, ${wireBytes} bytes${more}, ${form}${without}`;
  return [printable(about), ...frames.map((frame) => `  ${frame}`)];
};
