import type { MessageInitShape } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { detailOf, packetOf, payloadOf, samplePacket } from '../../testing/packets.ts';

type ReportInit = MessageInitShape<typeof meshtastic.CasevacReportSchema>;

const reportOf = (attributes: string) => payloadOf(packetOf('b-r-f-h-c', `<_medevac_ ${attributes}/>`), 'casevac');
const built = (value: ReportInit, cotTypeId: meshtastic.CotType = meshtastic.CotType.CotType_b_r_f_h_c) =>
  detailOf(samplePacket({ cotTypeId, payloadVariant: { case: 'casevac', value } }));

const FULL =
  '<_medevac_ title="t" medline_remarks="m" freq="38.90" precedence="Urgent Surgical" urgent="1" urgent_surgical="2"' +
  ' priority="3" routine="4" convenience="5" none="true" hoist="true" extraction_equipment="true" ventilator="true"' +
  ' blood="true" equipment_other="true" equipment_detail="e" litter="6" ambulatory="7" security="X" hlz_marking="Pyro"' +
  ' us_military="8" us_civilian="9" non_us_military="10" non_us_civilian="11" epw="12" child="13"' +
  ' terrain_slope="true" terrain_slope_dir="NE" terrain_rough="true" terrain_loose="true" terrain_trees="true"' +
  ' terrain_wires="true" terrain_other="true" terrain_other_detail="d" zone_protected_coord="c" zone_prot_marker="z"' +
  ' marked_by="b" obstacles="o" winds_are_from="w" friendlies="f" enemy="n" hlz_remarks="h"><zMistsMap>' +
  '<zMist title="1" z="z" m="m" i="i" s="s" t="t"/><zMist title="2"/></zMistsMap></_medevac_>';

describe('a request for evacuation', () => {
  it('goes both ways with every attribute, in its order', () => {
    const packet = packetOf('b-r-f-h-c', FULL);
    expect(detailOf(packet)).toBe(FULL);
    expect(payloadOf(packet, 'casevac')).toMatchObject({
      equipmentFlags: 63,
      terrainFlags: 63,
      urgentSurgicalCount: 2,
    });
    expect(packetOf('b-r-f-h-c', detailOf(packet))).toEqual(packet);
  });

  it.each<[string, ReportInit]>([
    ['precedence="A"', { precedence: 1 }],
    ['precedence="URGENT SURGICAL"', { precedence: 2 }],
    ['precedence="Priority"', { precedence: 3 }],
    ['precedence="4"', { precedence: 4 }],
    ['precedence="9"', { precedence: 0 }],
    ['precedence="-1"', { precedence: 0 }],
    ['precedence="urgent"', { precedence: 0 }],
    ['security="No Enemy"', { security: 1 }],
    ['security="P"', { security: 2 }],
    ['security="Enemy In Area"', { security: 3 }],
    ['security="5"', { security: 0 }],
    ['hlz_marking="Pyrotechnic"', { hlzMarking: 2 }],
    ['hlz_marking="None"', { hlzMarking: 4 }],
    ['hoist="1"', { equipmentFlags: 0 }],
    ['litter="-1"', { litterPatients: 0 }],
    ['litter="2.0"', { litterPatients: 0 }],
    ['litter="99999999999"', { litterPatients: 0 }],
    ['nonus_military="3"', { nonUsMilitary: 3 }],
    ['nonus_civilian="3" non_us_civilian="2"', { nonUsCivilian: 2 }],
  ])('with %s is parsed', (attributes, fields) => {
    expect(reportOf(attributes)).toMatchObject(fields);
  });

  it('that is only a type is kept so', () => {
    const packet = packetOf('b-r-f-h-c', '<contact callsign="C"/>');
    expect(packet.payloadVariant.case).toBe('casevac');
    expect(detailOf(packet)).toBe('<contact callsign="C"/>');
  });

  it('on another type needs its element', () => {
    expect(built({}, meshtastic.CotType.CotType_a_f_G_U_C)).toBe('<_medevac_/>');
    expect(packetOf('a-f-G-U-C', '<_medevac_/>').payloadVariant.case).toBe('casevac');
  });

  it('with numbers of a newer schema leaves them out', () => {
    expect(built({ precedence: 77 as meshtastic.CasevacReport_Precedence, title: 'x' })).toBe('<_medevac_ title="x"/>');
  });
});
