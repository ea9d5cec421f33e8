import { meshtastic } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { cotHowId, cotHowText, cotTypeId, cotTypeText } from './cot-type.ts';

const { CotHow, CotType } = meshtastic;

describe('CoT types', () => {
  it.each([
    ['a-f-G-U-C', CotType.CotType_a_f_G_U_C],
    ['a-f-G-E-V-C-ps', CotType.CotType_a_f_G_E_V_C_ps],
    ['u-rb-a', CotType.CotType_u_rb_a],
    ['b-m-p-w-GOTO', CotType.CotType_b_m_p_w_GOTO],
    ['y-', CotType.CotType_y],
  ])('%s has a number, both ways', (text, id) => {
    expect(cotTypeId(text)).toBe(id);
    expect(cotTypeText(id)).toBe(text);
  });

  it('are 126, each the other way round as well', () => {
    const ids = meshtastic.CotTypeSchema.values.map((v) => v.number as meshtastic.CotType).filter((id) => id !== 0);
    expect(ids).toHaveLength(126);
    expect(ids.map((id) => cotTypeId(cotTypeText(id)))).toEqual(ids);
  });

  it('are 0 and empty when they are not listed', () => {
    expect(['A-f-G-U-C', 'constructor', 'Other', ''].map((text) => cotTypeId(text))).toEqual([0, 0, 0, 0]);
    expect(cotTypeText(0)).toBe('');
    expect(cotTypeText(9999 as meshtastic.CotType)).toBe('');
  });
});

describe('how', () => {
  it('has seven numbers, both ways', () => {
    const texts = ['h-e', 'm-g', 'h-g-i-g-o', 'm-r', 'm-f', 'm-p', 'm-s'];
    expect(texts.map((text) => cotHowId(text))).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(texts.map((text) => cotHowText(cotHowId(text)))).toEqual(texts);
    expect(cotHowId('h-t')).toBe(CotHow.CotHow_Unspecified);
    expect(cotHowText(CotHow.CotHow_Unspecified)).toBe('');
  });
});
