/** Children of `<detail>` as TAK clients write them for events that no payload of the packet holds. */
import type { Random } from './random.ts';
import { callsign, deviceUid, objectUid, placeName, remark } from './sample-words.ts';

export interface SampleDetail {
  readonly cot: string;
  readonly detail: string;
}

const parentLink = (r: Random): string =>
  `<link uid="${deviceUid(r)}" type="a-f-G-U-C" parent_callsign="${callsign(r)}" relation="p-p"/>`;

const makers: readonly ((r: Random) => SampleDetail)[] = [
  (r) => ({
    cot: 't-x-d-d',
    detail: `<link uid="${objectUid(r)}" relation="none" type="none"/><__forcedelete/>`,
  }),
  (r) => ({
    cot: 't-x-d-d',
    detail: `<link uid="${deviceUid(r)}" relation="p-p" type="${r.pick(['a-f-G-U-C', 'b-m-p-s-m', 'u-d-f', 'b-m-r'])}"/><__forcedelete/>`,
  }),
  (r) => ({
    cot: r.pick(['a-f-G-E-V', 'a-h-G-E-V', 'a-n-G-E-V', 'a-u-G-E-V']),
    detail: `<contact callsign="${placeName(r)}"/><status readiness="true"/><archive/>${parentLink(r)}<remarks>${remark(r)}</remarks><color argb="-1"/><usericon iconsetpath="COT_MAPPING_2525B/a-u/a-u-G"/>`,
  }),
  (r) => ({
    cot: 'b-i-v',
    detail: `<__video url="rtsp://192.168.${r.int(0, 9)}.${r.int(1, 250)}:8554/live" uid="${objectUid(r)}"/><contact callsign="${placeName(r)}"/>`,
  }),
  (r) => ({
    cot: 'b-m-p-s-p-i',
    detail: `<contact callsign="${callsign(r)}.SPI"/><link uid="${deviceUid(r)}" relation="p-p" type="a-f-G-U-C"/><precisionlocation altsrc="DTED0"/>`,
  }),
  (r) => ({
    cot: 'b-m-p-s-p-op',
    detail: `<contact callsign="${placeName(r)}"/><sensor azimuth="${r.int(0, 359)}" elevation="0" fov="45" range="${r.int(1, 9)}00" type="r-e"/><remarks>${remark(r)}</remarks>`,
  }),
  (r) => ({
    cot: 'u-d-c-c',
    detail: `<shape><ellipse major="${r.int(50, 900)}.0" minor="${r.int(50, 900)}.0" angle="360"/></shape><strokeColor value="-65536"/><strokeWeight value="3.0"/><fillColor value="-2130771968"/><contact callsign="Drawing Circle ${r.int(1, 20)}"/><labels_on value="true"/>`,
  }),
  (r) => ({
    cot: 'b-r-f-h-c',
    detail: `<_medevac_ casevac="true" urgent="1" litter="1" title="MED.${r.int(1, 28)}.${r.int(1000, 2359)}" terrain_none="true" equipment_none="true" freq="0.0"/><contact callsign="MED.${r.int(1, 28)}"/>`,
  }),
  (r) => ({
    cot: 'a-f-G-U-C',
    detail: `<contact endpoint="*:-1:stcp" callsign="${callsign(r)}"/><__group name="Cyan" role="Team Member"/><status battery="${r.int(5, 100)}"/><track speed="0.0" course="${r.int(0, 359)}.0"/><uid Droid="${callsign(r)}"/>`,
  }),
  (r) => ({
    cot: 'b-f-t-r',
    detail: `<fileshare filename="${r.hex(8)}.zip" senderUrl="https://takserver:8443/Marti/sync/content?hash=${r.hex(16)}" sizeInBytes="${r.int(1000, 90000)}" senderUid="${deviceUid(r)}" senderCallsign="${callsign(r)}"/>`,
  }),
  (r) => ({
    cot: 'b-m-p-w',
    detail: `<contact callsign="${placeName(r)}"/><remarks>${remark(r)}</remarks><precisionlocation geopointsrc="USER" altsrc="???"/><archive/><hierarchy/><height value="0.0"/>`,
  }),
];

export const sampleDetail = (r: Random): SampleDetail => r.pick(makers)(r);
