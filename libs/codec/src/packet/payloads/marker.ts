/**
 * A point with an icon:
 * `<link uid type parent_callsign relation="p-p"/><color argb/><usericon iconsetpath/>` and `<status readiness/>`,
 * which the envelope writes into its own status element.
 */
import { meshtastic } from '@cotbus/contracts';
import { attribute, element, lastNamed } from '../../cot/element.ts';
import type { Element } from '../../cot/element.ts';
import { isReference } from '../../cot/links.ts';
import { argbOf, buildColor, parseColor } from '../color.ts';
import type { Payload } from '../payload.ts';

const { Marker_Kind: Kind } = meshtastic;

const kindsByType: ReadonlyMap<string, meshtastic.Marker_Kind> = new Map([
  ['b-m-p-s-m', Kind.Spot],
  ['b-m-p-w', Kind.Waypoint],
  ['b-m-p-c', Kind.Checkpoint],
  ['b-m-p-s-p-i', Kind.SelfPosition],
  ['b-m-p-s-p-loc', Kind.SelfPosition],
  ['b-m-p-w-GOTO', Kind.GoToPoint],
  ['b-m-p-c-ip', Kind.InitialPoint],
  ['b-m-p-c-cp', Kind.ContactPoint],
  ['b-m-p-s-p-op', Kind.ObservationPost],
  ['b-i-x-i', Kind.ImageMarker],
]);

const kindOf = (type: string, iconset: string): meshtastic.Marker_Kind => {
  const byType = kindsByType.get(type);
  if (byType !== undefined) return byType;
  if (iconset === '') return Kind.Unspecified;
  if (iconset.startsWith('COT_MAPPING_2525B')) return Kind.Symbol2525;
  return iconset.startsWith('COT_MAPPING_SPOTMAP') ? Kind.SpotMap : Kind.CustomIcon;
};

export const marker: Payload<'marker'> = {
  parse: ({ type, detail }, profile) => {
    const colorElement = lastNamed(detail, 'color');
    const iconset = attribute(lastNamed(detail, 'usericon'), 'iconsetpath');
    const isReady = detail.some((e) => e.name === 'status' && attribute(e, 'readiness') === 'true');
    const parents = detail.filter((e) => isReference(e));
    const parent = parents.at(-1);
    // Without any of these it is a point with a type and a name: the envelope says it all.
    if (colorElement === undefined && iconset === '' && parent === undefined) return undefined;
    const color = parseColor(attribute(colorElement, 'argb'), profile);
    return {
      $typeName: 'meshtastic.Marker',
      kind: kindOf(type, iconset),
      color: color.team,
      colorArgb: color.argb,
      readiness: isReady,
      parentUid: attribute(parent, 'uid'),
      parentType: attribute(parent, 'type'),
      // A later parent without a name leaves the name of an earlier one.
      parentCallsign: attribute(
        parents.findLast((e) => attribute(e, 'parent_callsign') !== ''),
        'parent_callsign',
      ),
      iconset,
    };
  },

  build: ({ color, colorArgb, parentUid, parentType, parentCallsign, iconset }) => {
    const elements: Element[] = [];
    if (parentUid !== '') {
      elements.push(
        element('link', {
          uid: parentUid,
          type: parentType || undefined,
          parent_callsign: parentCallsign || undefined,
          relation: 'p-p',
        }),
      );
    }
    const argb = argbOf({ team: color, argb: colorArgb });
    if (argb !== 0) elements.push(element('color', { argb: buildColor(argb) }));
    if (iconset !== '') elements.push(element('usericon', { iconsetpath: iconset }));
    return elements;
  },
};
