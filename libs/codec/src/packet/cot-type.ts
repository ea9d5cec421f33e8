/** CoT types and `how` ↔ their numbers, from the descriptors: `CotType_a_f_G_U_C` is `a-f-G-U-C`. */
import { meshtastic } from '@cotbus/contracts';
import { enumText, withExceptions } from './enum-text.ts';

const dashed = (name: string): string => name.slice(name.indexOf('_') + 1).replaceAll('_', '-');

const types = enumText<meshtastic.CotType>(meshtastic.CotTypeSchema, withExceptions({ CotType_y: 'y-' }, dashed));
const hows = enumText<meshtastic.CotHow>(meshtastic.CotHowSchema, dashed);

/** The last number that generation A of the schema knows. */
const LAST_OF_A = meshtastic.CotType.CotType_t_s;

/** Exact, with case; 0 (other) for a type without a number in that generation. */
export const cotTypeId = (type: string, schema: 'a' | 'b' = 'b'): meshtastic.CotType => {
  const id = types.number(type);
  return schema === 'a' && id > LAST_OF_A ? meshtastic.CotType.CotType_Other : id;
};
/** Empty for 0 and for numbers of a newer schema. */
export const cotTypeText = (id: meshtastic.CotType): string => types.text(id) ?? '';

/** 0 (unspecified) for a `how` without a number. */
export const cotHowId = (how: string): meshtastic.CotHow => hows.number(how);
/** Empty for 0 and unknown numbers. */
export const cotHowText = (id: meshtastic.CotHow): string => hows.text(id) ?? '';
