/** What fitting adds to an encode that fits at once: `npx vitest bench --run --project codec fit`. */
import { bench, describe } from 'vitest';
import { parseEventTree } from '../cot/parse-event.ts';
import { createV2Wire } from '../frame/v2-frame.ts';
import { packetOfTree } from '../packet/packet.ts';
import { PROFILE_B } from '../packet/profile.ts';
import { eventXml } from '../testing/packets.ts';
import { fitEvent, fitPacket } from './fit.ts';

const wire = createV2Wire({ dictionaries: [] });
const policy = { form: 'raw' } as const;
const DETAIL =
  '<takv os="34" version="4.12.0.1 CIV" device="Simulator" platform="ATAK-CIV"/><contact callsign="TESTNODE-01"/>' +
  '<uid Droid="TESTNODE-01"/><precisionlocation altsrc="GPS" geopointsrc="GPS"/><__group role="Team Member" name="Cyan"/>' +
  '<status battery="88"/><track course="142.75" speed="1.2"/>';
const parsed = parseEventTree(eventXml('a-f-G-U-C', DETAIL));
if (!parsed.ok) throw new Error(parsed.detail);
const { tree } = parsed;
const made = packetOfTree(tree, PROFILE_B);
if (!made.ok) throw new Error(made.detail);
const { packet } = made;

describe('a position report', () => {
  bench('packet', () => void packetOfTree(tree, PROFILE_B));
  bench('frame', () => void wire.encode(packet, policy));
  bench('strip, limits, frame', () => void fitPacket(packet, { wire, policy }));
  bench('packet, strip, limits, frame', () => void fitEvent(tree, { wire, policy }));
});
