// Reads and writes TAK protocol 1 with the parser of the CloudTAK project, which shares no code with Cotbus.
// Usage: node check-takproto.mjs, on stdin lines of JSON {"hex": …} (a TakMessage) or {"xml": …} (an event). It answers each
// with {"event": …} (what it read) or {"hex": …}, or with {"fault": …}.
import { createInterface } from 'node:readline';
import { CoTParser } from '@tak-ps/node-cot';

const answer = async ({ hex, xml }) => {
  if (hex !== undefined) return { event: (await CoTParser.from_proto(Buffer.from(hex, 'hex'))).raw.event };
  return { hex: Buffer.from(await CoTParser.to_proto(await CoTParser.from_xml(xml))).toString('hex') };
};

for await (const line of createInterface({ input: process.stdin })) {
  const told = await answer(JSON.parse(line)).catch((error) => ({ fault: String(error) }));
  process.stdout.write(`${JSON.stringify(told)}\n`);
}
