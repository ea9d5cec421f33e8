/** CoT types and `how` ↔ their numbers, from the descriptors: `CotType_a_f_G_U_C` is `a-f-G-U-C`. */
import type { DescEnum } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';

/** Where the text is not the name of the value with dashes. */
const exceptions: ReadonlyMap<string, string> = new Map([['CotType_y', 'y-']]);

const textsOf = <E extends number>(schema: DescEnum): ReadonlyMap<E, string> =>
  new Map(
    schema.values
      .filter((v) => v.number !== 0)
      .map((v) => [
        v.number as E,
        exceptions.get(v.name) ?? v.name.slice(v.name.indexOf('_') + 1).replaceAll('_', '-'),
      ]),
  );

const inverse = <E extends number>(texts: ReadonlyMap<E, string>): ReadonlyMap<string, E> =>
  new Map([...texts].map(([number, text]) => [text, number]));

const typeTexts = textsOf<meshtastic.CotType>(meshtastic.CotTypeSchema);
const typeNumbers = inverse(typeTexts);
const howTexts = textsOf<meshtastic.CotHow>(meshtastic.CotHowSchema);
const howNumbers = inverse(howTexts);

/** Exact, with case; 0 (other) for a type without a number. */
export const cotTypeId = (type: string): meshtastic.CotType => typeNumbers.get(type) ?? 0;
/** Empty for 0 and for numbers of a newer schema. */
export const cotTypeText = (id: meshtastic.CotType): string => typeTexts.get(id) ?? '';

/** 0 (unspecified) for a `how` without a number. */
export const cotHowId = (how: string): meshtastic.CotHow => howNumbers.get(how) ?? 0;
/** Empty for 0 and unknown numbers. */
export const cotHowText = (id: meshtastic.CotHow): string => howTexts.get(id) ?? '';
