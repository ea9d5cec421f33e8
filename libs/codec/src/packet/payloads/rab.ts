/** A line of range and bearing: `<link uid relation type point/><range value/><bearing value/>`, in metres and degrees. */
import { meshtastic } from '@cotbus/contracts';
import { attribute, element, lastNamed } from '../../cot/element.ts';
import type { Element } from '../../cot/element.ts';
import { isReference, pointLinks } from '../../cot/links.ts';
import { buildScaled } from '../../cot/number.ts';
import { argbOf, buildColor, parseColor } from '../color.ts';
import { addDelta, buildPoint, deltaOf, latitudeI, longitudeI, parseUnits } from '../geo.ts';
import type { PointI } from '../geo.ts';
import type { Packet, Payload } from '../payload.ts';

const value = (detail: readonly Element[], name: string): string => attribute(lastNamed(detail, name), 'value');

export const rab: Payload<'rab'> = {
  parse: ({ type, detail, lat, lon }, profile) => {
    const anchor = type === 'u-rb-a' ? pointLinks(detail)[0] : undefined;
    const color = parseColor(value(detail, 'strokeColor'), profile);
    return {
      $typeName: 'meshtastic.RangeAndBearing',
      // Without one nothing is written: 0, 0 would be a place.
      ...(anchor === undefined
        ? {}
        : {
            anchor: {
              $typeName: 'meshtastic.CotGeoPoint',
              latDeltaI: deltaOf(latitudeI(lat), latitudeI(anchor.lat)),
              lonDeltaI: deltaOf(longitudeI(lon), longitudeI(anchor.lon)),
            },
          }),
      // It may hang on another object instead of a point of its own.
      anchorUid: attribute(anchor?.link ?? detail.find((e) => isReference(e)), 'uid'),
      rangeCm: parseUnits(value(detail, 'range'), 100),
      bearingCdeg: parseUnits(value(detail, 'bearing'), 100),
      strokeColor: color.team,
      strokeArgb: color.argb,
      strokeWeightX10: parseUnits(value(detail, 'strokeWeight'), 10),
    };
  },

  build: (line, packet) => {
    const elements: Element[] = [];
    const point = rabAnchor(line, packet);
    if (point !== undefined || line.anchorUid !== '') {
      elements.push(
        element('link', {
          uid: line.anchorUid || undefined,
          relation: 'p-p',
          type: 'b-m-p-w',
          point: point && buildPoint(point),
        }),
      );
    }
    if (line.rangeCm > 0) elements.push(element('range', { value: buildScaled(line.rangeCm, 2) }));
    // North is a bearing, too.
    if (line.bearingCdeg > 0 || line.rangeCm > 0) {
      elements.push(element('bearing', { value: buildScaled(line.bearingCdeg, 2) }));
    }
    const argb = argbOf({ team: line.strokeColor, argb: line.strokeArgb });
    if (argb !== 0) elements.push(element('strokeColor', { value: buildColor(argb) }));
    if (line.strokeWeightX10 > 0) {
      elements.push(element('strokeWeight', { value: buildScaled(line.strokeWeightX10, 1) }));
    }
    return elements;
  },
};

/** Where the line starts; undefined without an anchor, which some writers say as 0, 0. */
export const rabAnchor = ({ anchor }: meshtastic.RangeAndBearing, packet: Packet): PointI | undefined => {
  if (anchor === undefined) return undefined;
  const point = {
    latitudeI: addDelta(packet.latitudeI, anchor.latDeltaI),
    longitudeI: addDelta(packet.longitudeI, anchor.lonDeltaI),
  };
  return point.latitudeI === 0 && point.longitudeI === 0 ? undefined : point;
};
