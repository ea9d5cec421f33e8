/** Words of CoT ↔ numbers of the protocol. */
import type { meshtastic } from '@cotbus/contracts';
import { cotHowId, cotHowText, cotTypeId, cotTypeText } from '../packet/cot-type.ts';

const AIR = 'A';

export const CotTypeMapper = {
  /** `a-f-G-U-C` → 1; 0 for a type without a number, which travels as text. Exact, with case. */
  typeToEnum: (type: string): meshtastic.CotType => cotTypeId(type),
  /** 1 → `a-f-G-U-C`; undefined for 0 and for numbers of a newer schema. */
  enumToType: (id: meshtastic.CotType): string | undefined => cotTypeText(id) || undefined,
  /** `h-e` → 1; 0 for a `how` without a number. */
  howToEnum: (how: string): meshtastic.CotHow => cotHowId(how),
  /** 1 → `h-e`; undefined for 0 and for numbers of a newer schema. */
  enumToHow: (id: meshtastic.CotHow): string | undefined => cotHowText(id) || undefined,
  /** Whether a type, or its number, is of something that flies: its third part is `A`. Such packets have a dictionary of their own. */
  isAircraft: (type: string | meshtastic.CotType): boolean =>
    (typeof type === 'string' ? type : cotTypeText(type)).split('-', 3)[2] === AIR,
} as const;
