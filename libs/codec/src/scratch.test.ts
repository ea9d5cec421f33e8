import { toBinary } from '@bufbuild/protobuf';
import { kindText, meshtastic } from '@cotbus/contracts';
import { it } from 'vitest';
import { parseEventTree } from './cot/parse-event.ts';
import { packetOfTree } from './packet/packet.ts';
import { PROFILE_A, PROFILE_B } from './packet/profile.ts';
import { leanPacket } from './frame/lean.ts';
import { corpusEvents } from './testing/corpus.ts';
import { findDictionaries, INSTALL_FOLDER, openZstd, usableDictionaries } from '@cotbus/zstd';
import { createV2Wire } from './frame/v2-frame.ts';
const wire = createV2Wire({ zstd: openZstd(), dictionaries: usableDictionaries(findDictionaries(INSTALL_FOLDER)) });
it('x', () => {
  for (const e of corpusEvents()) {
    const t = parseEventTree(e.xml);
    if (!t.ok) { console.log(e.name, t); continue; }
    const p = packetOfTree(t.tree, PROFILE_B);
    if (!p.ok) { console.log(e.name, p); continue; }
    const full = toBinary(meshtastic.TAKPacketV2Schema, p.packet).length;
    const lean = toBinary(meshtastic.TAKPacketV2Schema, leanPacket(p.packet)).length;
    const c = wire.encode(p.packet, { form: 'c', maxFrameBytes: 9999 });
    const k = kindText(t.tree.kind);
    process.stdout.write(`${e.name.padEnd(40)} ${k}${k === e.kind ? '' : ' !!!'} ${p.packet.payloadVariant.case} ${full} ${lean}${lean > 224 ? ' ***' : ''} c=${c.ok ? c.frame.length : c.detail} other=${p.packet.cotTypeId === 0 ? p.packet.cotTypeStr : ''}\n`);
  }
});
