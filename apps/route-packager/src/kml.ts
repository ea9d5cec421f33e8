/**
 * A route as KML 2.2 (OGC 07-147r2): one line, and a placemark for each way point that has a name. The same route gives the
 * same text whenever and wherever it is written.
 */
import { escapeXml } from '@cotbus/codec';
import type { Route, RoutePoint } from './route.ts';

export const buildKml = (route: Route): string => {
  const { name, points } = route;
  const placemarks = [linePlacemark(route), ...points.filter((point) => point.name !== '').map(pointPlacemark)];
  return `<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2">
<Document>
<name>${escapeXml(name)}</name>
${placemarks.join('\n')}
</Document>
</kml>
`;
};

const linePlacemark = (route: Route): string => `<Placemark>
<name>${escapeXml(route.name)}</name>
<description>${escapeXml(describe(route))}</description>
<Style><LineStyle><color>${kmlColor(route.argb)}</color><width>${route.width}</width></LineStyle></Style>
<LineString>
<tessellate>1</tessellate>
<coordinates>
${route.points.map(coordinates).join('\n')}
</coordinates>
</LineString>
</Placemark>`;

const pointPlacemark = (point: RoutePoint): string => `<Placemark>
<name>${escapeXml(point.name)}</name>
<Point><coordinates>${coordinates(point)}</coordinates></Point>
</Placemark>`;

const describe = ({ method, direction, prefix, remarks, points }: Route): string =>
  [
    method && `Method: ${method}`,
    direction && `Direction: ${direction}`,
    prefix && `Prefix: ${prefix}`,
    `Points: ${points.length}`,
    remarks,
  ]
    .filter((line) => line !== '')
    .join('\n');

/** KML has alpha, blue, green, red. */
const kmlColor = (argb: number): string =>
  [argb >>> 24, argb & 0xff, (argb >>> 8) & 0xff, (argb >>> 16) & 0xff]
    .map((part) => part.toString(16).padStart(2, '0'))
    .join('');

/** Longitude first. */
const coordinates = ({ lat, lon, hae = 0 }: RoutePoint): string => `${degrees(lon)},${degrees(lat)},${metres(hae)}`;

/** 7 to 9 decimals: the mesh has 7, and what has more keeps a tenth of a millimetre. */
const degrees = (value: number): string => unsigned(value.toFixed(9).replace(/0{1,2}$/, ''));

const metres = (value: number): string => unsigned(value.toFixed(3).replace(/\.?0+$/, ''));

const unsigned = (text: string): string => (/^-[0.]+$/.test(text) ? text.slice(1) : text);
