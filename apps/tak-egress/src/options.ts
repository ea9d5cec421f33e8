import { isTopicLevel, kindNames, pairInstances } from '@cotbus/contracts';
import type { KindName } from '@cotbus/contracts';
import { z } from 'zod';
import { filterOptions } from './filter-options.ts';
import {
  completeLink,
  hostOption,
  isLoopback,
  linkOptions,
  PLAINTEXT_HINT,
  portOption,
  queueOptions,
  serverTlsOptions,
} from './link-options.ts';
import type { LinkOptions } from './link-options.ts';

const MAX_LINKS = 32;

const listenOptions = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Accept TAK clients (ATAK, iTAK, WinTAK) over TCP'),
    host: hostOption
      .default('127.0.0.1')
      .describe('Address to listen on; 0.0.0.0 lets other machines connect, with plaintextBeyondLoopback'),
    port: portOption.min(0).default(8087).describe('TCP port to listen on; 0 takes any free one'),
    plaintextBeyondLoopback: z
      .boolean()
      .default(false)
      .describe('Other machines may connect without TLS: anybody on the network can read and forge events'),
    protocol: z
      .enum(['auto', 'xml', 'protobuf'])
      .default('xml')
      .describe('auto: offer TAK protocol 1 to clients, as listenTls does'),
    out: filterOptions.prefault({}).describe('What may go to its clients'),
    in: filterOptions.prefault({}).describe('What may come from its clients'),
  })
  .superRefine(({ enabled, host, plaintextBeyondLoopback }, faults) => {
    if (!enabled || isLoopback(host) || plaintextBeyondLoopback) return;
    const message = `${host} lets other machines connect without TLS: ${PLAINTEXT_HINT}; or use tak.listenTls`;
    faults.addIssue({ code: 'custom', path: ['host'], message });
  });

const listenTlsOptions = z.strictObject({
  enabled: z.boolean().default(true).describe('Accept TAK clients over TLS, once it has certificates'),
  host: hostOption.default('0.0.0.0').describe('Address to listen on'),
  port: portOption.min(0).default(8089).describe('TCP port to listen on; 0 takes any free one'),
  tls: serverTlsOptions
    .optional()
    .describe(
      'Certificates; left out: those that connection-package made, and before the first one it does not listen',
    ),
  protocol: z.enum(['auto', 'xml', 'protobuf']).default('auto').describe('auto: offer TAK protocol 1 to clients'),
  out: filterOptions.prefault({}).describe('What may go to its clients'),
  in: filterOptions.prefault({}).describe('What may come from its clients'),
});

const udpTarget = z.strictObject({
  host: hostOption.describe('Name or address of the receiver'),
  port: portOption.min(1).default(4242).describe('UDP port of the receiver'),
});

const identityOptions = z.strictObject({
  callsign: z.string().min(1).max(64).default('Cotbus').describe('Name of the gateway on the map'),
  uid: z
    .string()
    .min(1)
    .max(128)
    .optional()
    .describe('Its uid, unique among all TAK users; made of the name of the egress if left out'),
  type: z.string().min(1).max(64).default('a-f-G-U-C').describe('Its CoT type'),
  team: z.string().min(1).max(32).default('Cyan').describe('Its team colour'),
  role: z.string().min(1).max(32).default('HQ').describe('Its role'),
  lat: z.number().min(-90).max(90).optional().describe('Where it is, degrees WGS84'),
  lon: z.number().min(-180).max(180).optional().describe('Where it is, degrees WGS84'),
  haeM: z.number().optional().describe('Its height, metres above the ellipsoid'),
  show: z
    .enum(['servers', 'everywhere'])
    .default('servers')
    .describe('servers: to tcp and tls links alone, which know who is connected by it; everywhere: on every map'),
});

const pairOptions = z.strictObject({
  instance: z.enum(pairInstances).describe('Which of the two this is'),
  leaseSeconds: z
    .number()
    .min(1)
    .max(300)
    .default(10)
    .describe(
      'The active one closes its links after so long without the broker; the other begins after one and a half',
    ),
  whenBehind: z
    .enum(['wait', 'takeOver'])
    .default('wait')
    .describe('What it does without all that the other one accepted; takeOver: where that machine is gone for good'),
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

const translateRule = z.strictObject({
  mesh: mesh.describe(
    'Mesh on which V1 (ports 72 and 257) is sent again as V2 (port 78), and the other way round, while somebody is heard there who speaks that one alone; within what toMesh of its radios allows',
  ),
  kinds: z.array(z.enum(relayKinds)).default(['chat', 'emergency']).describe('Kinds of events that are translated'),
});

export const takOptions = z
  .strictObject({
    name: z
      .string()
      .refine(isTopicLevel, 'expected 1 to 64 letters, digits, ".", "_" or "-"')
      .default('tak')
      .describe('Name of this egress on the bus and in its flow tag; another one at each site of one TAK server'),
    listen: listenOptions.prefault({}).describe('The server for TAK clients'),
    listenTls: listenTlsOptions.prefault({}).describe('The server for TAK clients with certificates'),
    links: z.array(linkOptions).max(MAX_LINKS).default([]).describe('Links to TAK servers, programs and networks'),
    udp: z
      .array(udpTarget)
      .max(MAX_LINKS)
      .default([])
      .describe('Receivers of every event from the mesh: short for links of kind udp'),
    relay: z
      .array(relayRule)
      .max(32)
      .default([])
      .describe('Mesh to mesh, each way by itself; in one egress of a bus, for each one relays'),
    pair: pairOptions
      .optional()
      .describe('Two instances of this egress on one broker: one works, the other takes over'),
    translate: z
      .array(translateRule)
      .max(32)
      .default([])
      .describe('One dialect to the other on one mesh; in one egress of a bus, for each one translates'),
    queue: queueOptions.prefault({}).describe('What waits for a link or client that is away'),
    syncIntervalSeconds: z
      .int()
      .min(10)
      .max(86_400)
      .default(300)
      .describe('How often a link is told the gateway and everything that is not stale; also on every connect'),
    identity: identityOptions.prefault({}).describe('The gateway itself on the map'),
    maxStaleSeconds: z
      .int()
      .min(60)
      .default(604_800)
      .describe('What claims to hold for longer is taken off maps after this'),
    opex: z
      .string()
      .max(64)
      .optional()
      .describe(
        'CoT "opex" of every event from the mesh, such as s-demo for a simulation; left out: as the event says',
      ),
  })
  .superRefine(({ links, identity }, faults) => {
    for (const [index, { name }] of links.entries()) {
      if (links.findIndex((other) => other.name === name) === index) continue;
      faults.addIssue({ code: 'custom', path: ['links', index, 'name'], message: `"${name}" names two links` });
    }
    if ((identity.lat === undefined) !== (identity.lon === undefined)) {
      faults.addIssue({ code: 'custom', path: ['identity'], message: 'lat and lon belong together' });
    }
  });

export type TakEgressOptions = z.infer<typeof takOptions>;

/** Every link that is configured, `udp` in its long form. */
export const allLinks = ({ links, udp }: TakEgressOptions): readonly LinkOptions[] =>
  [
    ...links,
    ...udp.map(({ host, port }) => linkOptions.parse({ name: `udp ${host}:${port}`, kind: 'udp', host, port })),
  ].map((options) => completeLink(options));
