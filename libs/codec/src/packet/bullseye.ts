/** `<bullseye distance bearingRef rangeRingVisible hasRangeRings edgeToCenter mils bullseyeUID/>`, distance in metres. */
import { meshtastic } from '@cotbus/contracts';
import { attribute, element, lastNamed } from '../cot/element.ts';
import type { Element } from '../cot/element.ts';
import { buildScaled } from '../cot/number.ts';
import { parseUnits } from './geo.ts';

const BULLSEYE = meshtastic.DrawnShape_Kind.Bullseye;

/** North by magnet, true north, grid north: 1, 2, 3. */
const bearingRefs = ['', 'M', 'T', 'G'] as const;
/** Bits 0 to 3. */
const flags = ['rangeRingVisible', 'hasRangeRings', 'edgeToCenter', 'mils'] as const;

const NO_BULLSEYE = { bullseyeDistanceDm: 0, bullseyeBearingRef: 0, bullseyeFlags: 0, bullseyeUidRef: '' } as const;

export const parseBullseye = (detail: readonly Element[]) => {
  const e = lastNamed(detail, 'bullseye');
  if (e === undefined) return NO_BULLSEYE;
  return {
    bullseyeDistanceDm: parseUnits(attribute(e, 'distance'), 10),
    bullseyeBearingRef: Math.max(
      bearingRefs.findIndex((ref) => ref === attribute(e, 'bearingRef')),
      0,
    ),
    bullseyeFlags: flags.reduce((bits, name, i) => bits | (attribute(e, name) === 'true' ? 1 << i : 0), 0),
    bullseyeUidRef: attribute(e, 'bullseyeUID'),
  };
};

/** Undefined when the packet says nothing of one; a bullseye by type has the element anyway. */
export const buildBullseye = (shape: meshtastic.DrawnShape): Element | undefined => {
  const { bullseyeDistanceDm: distance, bullseyeBearingRef: ref, bullseyeFlags: bits, bullseyeUidRef: uid } = shape;
  if (shape.kind !== BULLSEYE && distance === 0 && ref === 0 && bits === 0 && uid === '') return undefined;
  return element('bullseye', {
    distance: distance === 0 ? undefined : buildScaled(distance, 1),
    bearingRef: bearingRefs[ref] || undefined,
    ...Object.fromEntries(flags.map((name, i) => [name, (bits & (1 << i)) === 0 ? undefined : 'true'])),
    bullseyeUID: uid || undefined,
  });
};
