import { isTopicLevel, kindNames } from '@cotbus/contracts';
import type { KindName } from '@cotbus/contracts';
import { z } from 'zod';

const host = z.string().min(1).max(255);
const port = z.int().max(65_535);

const listenOptions = z.strictObject({
  enabled: z.boolean().default(true).describe('Accept TAK clients (ATAK, iTAK, WinTAK) over TCP'),
  host: host.default('127.0.0.1').describe('Address to listen on; 0.0.0.0 lets other machines connect'),
  port: port.min(0).default(8087).describe('TCP port to listen on; 0 takes any free one'),
});

const udpTarget = z.strictObject({
  host: host.describe('Name or address of the receiver'),
  port: port.min(1).default(4242).describe('UDP port of the receiver'),
});

const relayKinds = kindNames.filter((kind) => kind !== 'refused') as [KindName, ...KindName[]];
const mesh = z.string().refine(isTopicLevel, 'expected 1 to 64 letters, digits, ".", "_" or "-"');

const relayRule = z
  .strictObject({
    from: mesh.describe('Mesh that is heard'),
    to: mesh.describe('Mesh that it is sent on, within what toMesh of its radios allows'),
    kinds: z
      .array(z.enum(relayKinds))
      .default(['chat', 'emergency'])
      .describe('Kinds of events that are relayed; contacts of plain nodes never are'),
  })
  .refine(({ from, to }) => from !== to, { path: ['to'], error: 'a mesh is not relayed to itself' });

export const takOptions = z.strictObject({
  name: z
    .string()
    .refine(isTopicLevel, 'expected 1 to 64 letters, digits, ".", "_" or "-"')
    .default('tak')
    .describe('Name of this egress on the bus and in its flow tag'),
  listen: listenOptions.prefault({}).describe('The server for TAK clients'),
  udp: z.array(udpTarget).max(32).default([]).describe('Receivers of every event from the mesh, one datagram each'),
  relay: z
    .array(relayRule)
    .max(32)
    .default([])
    .describe('Mesh to mesh, each way by itself; in one egress of a bus, for each one relays'),
  opex: z
    .string()
    .max(64)
    .optional()
    .describe('CoT "opex" of every event from the mesh, such as s-demo for a simulation; left out: as the event says'),
});

export type TakEgressOptions = z.infer<typeof takOptions>;
