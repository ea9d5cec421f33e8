/** `cotbus decode`: payloads of ports 78, 72 and 257 as events, one line for each. */
import { create } from '@bufbuild/protobuf';
import {
  buildEventXml,
  createFountainAssembler,
  createFrameDecoder,
  fragmentOf,
  readAck,
  stampEvent,
} from '@cotbus/codec';
import type { V2Wire } from '@cotbus/codec';
import { BROADCAST, FrameHeardSchema, Kind, kindText, NodeStateSchema, TakIdentitySchema } from '@cotbus/contracts';
import { printable } from '@cotbus/service';
import { endWithReader, faultLine, hexOf, printLine, readInput } from './input.ts';
import type { Fault, Input } from './input.ts';
import { ownWire } from './own-wire.ts';

export interface DecodeOptions {
  readonly port: '78' | '72' | '257';
  /** Number of the node that sent them; 0 for unknown. */
  readonly from: number;
  readonly json?: boolean;
}

/** What is known of an input; a refused one has an `error`. */
export interface DecodedLine {
  readonly input: string;
  /** Of the event; `fragment` or `ack` on port 257. */
  readonly kind?: string;
  /** As its sender serialised it, hexadecimal; null on port 257, which carries XML. */
  readonly protobuf?: string | null;
  /** Times that a frame does not carry are those of now. Null for what is no event. */
  readonly xml?: string | null;
  /** `raw`, `a`, `b` or `c` on port 78, `v1` on port 72, `forwarder` on port 257. */
  readonly generation?: string;
  /** Of a fragment or acknowledgement: its transfer, and how many blocks are there and needed. */
  readonly transfer?: string;
  readonly have?: number;
  readonly needed?: number;
  readonly error?: Fault;
}

type Line = Omit<DecodedLine, 'input'>;
type Decoder = (payload: Uint8Array) => Line;

/** In their order: fragments of one transfer complete each other. */
export const decodeInputs = async (inputs: readonly string[], { port, from, json }: DecodeOptions): Promise<void> => {
  endWithReader();
  const decode = decoderOf(port, from);
  for (const input of inputs) {
    const read = await readPayload(input);
    const line = { input, ...(read.ok ? decode(read.bytes) : { error: read.error }) };
    printLine(line, json, decodedText(line));
  }
};

const HEX = /^(?:0x)?((?:[0-9a-f]{2})+)$/i;

/** A file of that name, else bytes in hexadecimal. */
const readPayload = async (input: string): Promise<Input> => {
  const read = await readInput(input);
  if (read.ok || read.error.code !== 'no_file') return read;
  const hex = HEX.exec(input)?.[1];
  if (hex !== undefined) return { ok: true, bytes: new Uint8Array(Buffer.from(hex, 'hex')) };
  return { ok: false, error: { ...read.error, message: `${read.error.message}, and no bytes in hexadecimal` } };
};

const decoderOf = (port: DecodeOptions['port'], from: number): Decoder => {
  const wire = ownWire();
  const decodeFrame = createFrameDecoder({ wire });
  // As an agent does: who has reported a position is known by it, also where firmware cut the uid of a later one.
  const sender = create(NodeStateSchema, { num: from });
  /** @param known what is known of the payload, event or not */
  const decodeEvent = (payload: Uint8Array, known: Line): Line => {
    const decoded = decodeFrame(create(FrameHeardSchema, { port: Number(port), payload, to: BROADCAST, from, sender }));
    if (!decoded.ok) return { ...known, error: faultLine(decoded) };
    const { kind, uid, callsign } = decoded.event;
    if (from !== 0 && kind === Kind.PLI) sender.tak = create(TakIdentitySchema, { uid, callsign });
    return withEvent(known, decoded);
  };
  switch (port) {
    case '78':
      return (payload) => decodeEvent(payload, packetIn(payload, wire));
    case '72':
      return (payload) => decodeEvent(payload, { protobuf: hexOf(payload), xml: null, generation: 'v1' });
    case '257':
      return createForwarderDecoder((payload) => decodeEvent(payload, FORWARDER));
  }
};

type Decoded = Extract<ReturnType<ReturnType<typeof createFrameDecoder>>, { ok: true }>;

const withEvent = (known: Line, { event }: Decoded): Line => ({
  kind: kindText(event.kind),
  ...known,
  xml: buildEventXml(stampEvent(event, Date.now())),
});

const packetIn = (payload: Uint8Array, wire: V2Wire): Line => {
  const frame = wire.decode(payload);
  return frame.ok ? { protobuf: hexOf(frame.packetBytes), xml: null, generation: frame.generation } : {};
};

const FORWARDER: Line = { protobuf: null, xml: null, generation: 'forwarder' };

/** @param decodeMessage of what is complete in itself */
const createForwarderDecoder = (decodeMessage: Decoder): Decoder => {
  const assembler = createFountainAssembler<undefined>();
  let count = 0;
  return (payload) => {
    const fragment = fragmentOf('', 0, payload);
    const transfer = hexOf(payload.subarray(3, 6));
    if (fragment === undefined) {
      const ack = readAck(payload);
      if (!ack.ok) return decodeMessage(payload);
      return { kind: 'ack', ...FORWARDER, transfer, have: ack.ack.received, needed: ack.ack.needed };
    }
    count += 1;
    const heard = { item: undefined, key: String(count), mesh: '', sender: 0, payload, nowMs: 0 };
    const assembled = assembler.add(heard);
    const { needed } = fragment;
    switch (assembled.kind) {
      case 'refused':
        return { ...FORWARDER, error: faultLine(assembled.refusal) };
      case 'whole':
        return assembled.result.ok
          ? withEvent(FORWARDER, assembled.result)
          : { ...FORWARDER, error: faultLine(assembled.result) };
      case 'progress':
        return { kind: 'fragment', ...FORWARDER, transfer, have: assembled.have, needed };
      case 'surplus':
        return { kind: 'fragment', ...FORWARDER, transfer, have: needed, needed };
    }
  };
};

const MAX_NAME_CHARACTERS = 48;
/** A file by its name, bytes by the first of them. */
const short = (input: string): string =>
  input.length > MAX_NAME_CHARACTERS && HEX.test(input) ? `${input.slice(0, MAX_NAME_CHARACTERS)}…` : input;

/** For people: what it is, then the event. */
const decodedText = (line: DecodedLine): readonly string[] => {
  const { input, kind, xml, generation, transfer, have, needed, error } = line;
  if (error !== undefined) return [printable(`${short(input)}: ${error.code}: ${error.message}`)];
  const blocks = transfer === undefined ? '' : `, transfer ${transfer}, ${have} blocks there, ${needed} needed`;
  const named = printable(`${short(input)}: ${kind}, ${generation}${blocks}`);
  return xml ? [named, `  ${printable(xml)}`] : [named];
};
