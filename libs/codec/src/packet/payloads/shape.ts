/**
 * Drawings: circles and ellipses in metres and degrees, or lines of vertices.
 *
 *     <shape><ellipse major minor angle/><link uid="UID.Style" type="b-x-KmlStyle" relation="p-c">…</link></shape>
 *     <link point="LAT,LON"/>…
 *     <bullseye distance bearingRef …/> <strokeColor value/> <strokeWeight value/> <fillColor value/> <labels_on value/>
 */
import { meshtastic } from '@cotbus/contracts';
import { attribute, element, lastNamed, remarksText } from '../../cot/element.ts';
import type { Element } from '../../cot/element.ts';
import { buildScaled, parseDecimal } from '../../cot/number.ts';
import { buildBullseye, parseBullseye } from '../bullseye.ts';
import { argbOf, buildColor, parseColor } from '../color.ts';
import { buildPoint, parseUnits, roundUnsigned } from '../geo.ts';
import type { Packet, Payload } from '../payload.ts';
import type { PacketProfile } from '../profile.ts';
import { parseTruncated } from '../truncated.ts';
import { buildVertices, parseVertices } from '../vertices.ts';

const { DrawnShape_Kind: Kind, DrawnShape_StyleMode: Style } = meshtastic;

const kinds: ReadonlyMap<string, meshtastic.DrawnShape_Kind> = new Map([
  ['u-d-c-c', Kind.Circle],
  ['u-d-r', Kind.Rectangle],
  ['u-d-f', Kind.Freeform],
  ['u-d-f-m', Kind.Telestration],
  ['u-d-p', Kind.Polygon],
  ['u-r-b-c-c', Kind.RangingCircle],
  ['u-r-b-bullseye', Kind.Bullseye],
  ['u-d-c-e', Kind.Ellipse],
  ['u-d-v', Kind.Vehicle2D],
  ['u-d-v-m', Kind.Vehicle3D],
]);

const FULL_TURN_DEG = 360;

export const shape: Payload<'shape'> = {
  parse: (event, profile) => {
    const { type, detail } = event;
    const vertices = parseVertices(event, profile);
    const stroke = lastNamed(detail, 'strokeColor');
    const fill = lastNamed(detail, 'fillColor');
    const strokeColor = parseColor(attribute(stroke, 'value'), profile);
    const fillColor = parseColor(attribute(fill, 'value'), profile);
    return {
      $typeName: 'meshtastic.DrawnShape',
      kind: kinds.get(type) ?? Kind.Unspecified,
      style: styleOf(stroke !== undefined, fill !== undefined),
      ...parseEllipse(detail, profile),
      strokeColor: strokeColor.team,
      strokeArgb: strokeColor.argb,
      strokeWeightX10: parseUnits(attribute(lastNamed(detail, 'strokeWeight'), 'value'), 10),
      fillColor: fillColor.team,
      fillArgb: fillColor.argb,
      labelsOn: attribute(lastNamed(detail, 'labels_on'), 'value') === 'true',
      ...vertices,
      truncated: vertices.truncated || parseTruncated(remarksText(detail)).isTruncated,
      ...parseBullseye(detail),
    };
  },

  build: (drawn, packet) => {
    const stroke = argbOf({ team: drawn.strokeColor, argb: drawn.strokeArgb });
    const fill = argbOf({ team: drawn.fillColor, argb: drawn.fillArgb });
    const hasStroke = isStroked(drawn.style) || (drawn.style === Style.StyleMode_Unspecified && stroke !== 0);
    const hasFill = isFilled(drawn.style) || (drawn.style === Style.StyleMode_Unspecified && fill !== 0);
    const weight = buildScaled(drawn.strokeWeightX10, 1);
    const bullseye = buildBullseye(drawn);
    return [
      ...buildEllipse(drawn, packet, [
        ...(hasStroke ? [element('LineStyle', {}, [text('color', kmlColor(stroke)), text('width', weight)])] : []),
        ...(hasFill ? [element('PolyStyle', {}, [text('color', kmlColor(fill))])] : []),
      ]),
      ...buildVertices(drawn, packet).map((point) => element('link', { point: buildPoint(point) })),
      ...(bullseye === undefined ? [] : [bullseye]),
      ...(hasStroke ? [element('strokeColor', { value: buildColor(stroke) })] : []),
      ...(drawn.strokeWeightX10 > 0 ? [element('strokeWeight', { value: weight })] : []),
      ...(hasFill ? [element('fillColor', { value: buildColor(fill) })] : []),
      element('labels_on', { value: String(drawn.labelsOn) }),
    ];
  },
};

const styleOf = (hasStroke: boolean, hasFill: boolean): meshtastic.DrawnShape_StyleMode => {
  if (hasStroke) return hasFill ? Style.StyleMode_StrokeAndFill : Style.StyleMode_StrokeOnly;
  return hasFill ? Style.StyleMode_FillOnly : Style.StyleMode_Unspecified;
};
const isStroked = (style: meshtastic.DrawnShape_StyleMode): boolean =>
  style === Style.StyleMode_StrokeOnly || style === Style.StyleMode_StrokeAndFill;
const isFilled = (style: meshtastic.DrawnShape_StyleMode): boolean =>
  style === Style.StyleMode_FillOnly || style === Style.StyleMode_StrokeAndFill;

/** The SDK writes the angle of a full turn even where nothing turns. */
const parseEllipse = (detail: readonly Element[], { asSdk }: PacketProfile) => {
  const ring = lastNamed(lastNamed(detail, 'shape')?.children ?? [], 'ellipse');
  if (ring === undefined) return { majorCm: 0, minorCm: 0, angleDeg: asSdk ? FULL_TURN_DEG : 0 };
  const angle = parseDecimal(attribute(ring, 'angle'));
  return {
    majorCm: parseUnits(attribute(ring, 'major'), 100),
    minorCm: parseUnits(attribute(ring, 'minor'), 100),
    angleDeg: angle === undefined ? FULL_TURN_DEG : roundUnsigned(angle < 0 ? angle + FULL_TURN_DEG : angle),
  };
};

const text = (name: string, content: string): Element => element(name, {}, content);

/** @param style of KML; iTAK draws no circle without it */
const buildEllipse = (drawn: meshtastic.DrawnShape, { uid }: Packet, style: readonly Element[]): readonly Element[] =>
  drawn.majorCm === 0 && drawn.minorCm === 0
    ? []
    : [
        element('shape', {}, [
          element('ellipse', {
            major: buildScaled(drawn.majorCm, 2),
            minor: buildScaled(drawn.minorCm, 2),
            angle: String(drawn.angleDeg),
          }),
          element('link', { uid: `${uid}.Style`, type: 'b-x-KmlStyle', relation: 'p-c' }, [
            element('Style', {}, style),
          ]),
        ]),
      ];

/** Eight hex digits in KML's order: alpha, blue, green, red. */
const kmlColor = (argb: number): string => {
  const alphaAndGreen = argb & 0xff00ff00;
  const [red, blue] = [(argb >>> 16) & 0xff, argb & 0xff];
  const abgr = (alphaAndGreen | (blue << 16) | red) >>> 0;
  return abgr.toString(16).padStart(8, '0');
};
