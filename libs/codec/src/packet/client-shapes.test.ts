/** Events in the shapes that real clients, servers and scripts write: each gives a packet, and it comes back whole. */
import { Kind, kindText } from '@cotbus/contracts';
import type { KindName } from '@cotbus/contracts';
import { cotFaults } from '@cotbus/testkit';
import { describe, expect, it } from 'vitest';
import { buildEventXml } from '../cot/build-event.ts';
import { parseEventXml, parseEventTree } from '../cot/parse-event.ts';
import { stampEvent } from '../cot/stamp.ts';
import { encodePacket } from './bytes/encode.ts';
import { buildEvent, packetOfTree } from './packet.ts';
import type { PayloadCase } from './payload.ts';
import { PROFILE_A, PROFILE_B } from './profile.ts';
import { NOON_MS } from '../testing/samples.ts';

const TIMES = 'time="2026-03-15T14:22:10.123Z" start="2026-03-15T14:22:10.123Z" stale="2026-03-15T14:28:25.123Z"';
const POINT = '<point lat="47.3769" lon="8.5417" hae="455.2" ce="9999999.0" le="9999999.0"/>';
const HEAD = "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>";

interface Shape {
  readonly name: string;
  readonly xml: string;
  readonly kind: KindName;
  readonly payload: PayloadCase | undefined;
}

const shapes: readonly Shape[] = [
  {
    name: 'ATAK, a report with single quotes',
    kind: 'pli',
    payload: undefined,
    xml:
      `${HEAD}<event version='2.0' uid='ANDROID-00aa11bb22cc33dd' type='a-f-G-U-C' ${TIMES.replaceAll('"', "'")} how='m-g' access='Undefined'>` +
      `<point lat='47.3769' lon='8.5417' hae='455.2' ce='4.1' le='9999999.0' /><detail><takv os='34' version='5.4.0.11 (8e33c41f)' device='GOOGLE PIXEL 7' platform='ATAK-CIV'/>` +
      `<contact endpoint='*:-1:stcp' callsign='R&#233;n&#233;'/><uid Droid='R&#233;n&#233;'/><precisionlocation altsrc='GPS' geopointsrc='GPS'/>` +
      `<__group role='Team Member' name='Dark Green'/><status battery='71'/><track course='331.2' speed='0.4'/></detail></event>`,
  },
  {
    name: 'WinTAK, detail in front of the point, DTED sources, blanks everywhere',
    kind: 'pli',
    payload: undefined,
    xml:
      `<event version="2.0" uid="S-1-5-21-1111111111-2222222222-3333333333-1001" type="a-f-G-U-C-I" ${TIMES} how="h-g-i-g-o" qos="1-i-d">\r\n` +
      `<detail>\r\n\t<takv version="4.10.0.145" platform="WinTAK-CIV" os="Microsoft Windows 10 Pro" device="Dell Inc."/>\r\n` +
      `\t<contact callsign="OPS" endpoint="192.168.1.7:4242:tcp"/>\r\n\t<__group name="Cyan" role="Team Lead"/><_flow-tags_ TAK-Server-x="2026-03-15T14:22:10Z"/>\r\n` +
      `<precisionlocation geopointsrc="Calc" altsrc="DTED0"/><status battery="100"/></detail>\r\n${POINT}\r\n</event>\r\n`,
  },
  {
    name: 'iTAK, blanks in points, its own spelling of precision',
    kind: 'shape',
    payload: 'shape',
    xml:
      `<?xml version="1.0" encoding="UTF-8"?>\n<event version="2.0" uid="7C4D1E5A-0B0F-4C57-9D7E-0A1B2C3D4E5F" type="u-d-r" how="h-e" ${TIMES}>${POINT}` +
      `<detail><link point="47.3770, 8.5417"/><link point="47.3770, 8.5427, 12.0"/><link point="47.3760, 8.5427"/><link point="47.3760, 8.5417"/>` +
      `<contact callsign="Rectangle"/><strokeColor value="-16776961"/><strokeWeight value="4.0"/><fillColor value="855638271"/><labels_on value="false"/>` +
      `<precisionLocation altsrc="???" geopointsrc="???"/><remarks></remarks></detail></event>`,
  },
  {
    name: 'WebTAK, a report with a link to itself',
    kind: 'pli',
    payload: undefined,
    xml:
      `<event version="2.0" uid="ops-webtak" type="a-f-G-U-C-I" how="h-g-i-g-o" ${TIMES}><point lat="47.3769" lon="8.5417" hae="0" ce="0" le="0"/>` +
      `<detail><contact callsign="OPS" endpoint="*:-1:stcp"/><__group name="Yellow" role="HQ"/><takv platform="WebTAK" version="4.10"/>` +
      `<link uid="ops-webtak" type="a-f-G-U-C-I" relation="p-p" parent_callsign="OPS" production_time="2026-03-15T14:22:10Z"/></detail></event>`,
  },
  {
    name: 'a script with microseconds, no start, no detail',
    kind: 'pli',
    payload: undefined,
    xml: `<event version="2.0" type="a-u-G" uid="tracker-1" how="m-g" time="2026-03-15T14:22:10.123456Z" stale="2026-03-15T14:32:10.123456Z">${POINT}</event>`,
  },
  {
    name: 'a script with offsets, exponents and an empty detail',
    kind: 'pli',
    payload: undefined,
    xml:
      `<event version='2.0' uid='buoy/7' type='a-n-S' how='m-f' time='2026-03-15T16:22:10+02:00' start='2026-03-15T16:22:10+02:00' stale='2026-03-15T16:32:10+02:00'>` +
      `<point lat='4.73769e1' lon='8.5417' hae='NaN' ce='-1' le='1e400'/><detail/></event>`,
  },
  {
    name: 'a flow of boxes, attributes in another order, namespace declarations',
    kind: 'marker',
    payload: 'marker',
    xml:
      `<event xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="event.xsd" ${TIMES} how="h-g-i-g-o" type="a-h-G" uid="flow-1" version="2.0">` +
      `${POINT}<detail><contact callsign="Target 7"/><color argb="-65536"/><usericon iconsetpath="f7f71666-8b28-4b57-9fbb-e38e61d33b79/Google/hiker.png"/><archive/></detail></event>`,
  },
  {
    name: 'an ADS-B bridge',
    kind: 'aircraft',
    payload: 'aircraft',
    xml:
      `<event version="2.0" type="a-n-A-C-F" uid="ICAO-4B1620" how="m-g" ${TIMES}><point lat="47.4" lon="8.6" hae="3413.76" ce="56.57" le="12.5"/>` +
      `<detail uid="ICAO-4B1620"><contact callsign="SWR1-HB-ABC"/><track course="76.2" speed="223.58" slope="3.2"/><_aircot_ icao="4B1620" reg="HB-ABC" cat="A3" flight="SWR1" cot_host_id="adsb@pi"/>` +
      `<remarks>SWR1 HB-ABC ICAO: 4B1620 Squawk: 1000 Category: A3 #adsb</remarks></detail></event>`,
  },
  {
    name: 'a sonde tracker with a free text that looks like an aircraft',
    kind: 'pli',
    payload: undefined,
    xml: `<event version="2.0" type="a-f-G-U-C" uid="sonde" how="m-g" ${TIMES}>${POINT}<detail><contact callsign="S"/><remarks>heard ICAO: 4B1620 above</remarks></detail></event>`,
  },
  {
    name: 'an AIS bridge',
    kind: 'pli',
    payload: undefined,
    xml:
      `<event version="2.0" type="a-f-S-X-M" uid="MMSI-211234567" how="m-g" ${TIMES}>${POINT}<detail><contact callsign="MV &quot;Uetliberg&quot;"/>` +
      `<track course="359.96" speed="0.05"/><remarks>Country: Germany MMSI: 211234567 #aiscot</remarks><__ais cot_host_id="x" mmsi="211234567"/></detail></event>`,
  },
  {
    name: 'ATAK, chat to everybody with the whole hierarchy',
    kind: 'chat',
    payload: 'chat',
    xml:
      `<event version="2.0" uid="GeoChat.ANDROID-1.All Chat Rooms.0f4c5a1e-6a80-4c8d-8d6f-7f1f0a0b0c0d" type="b-t-f" how="h-g-i-g-o" ${TIMES}>${POINT}` +
      `<detail><__chat parent="RootContactGroup" groupOwner="false" messageId="0f4c5a1e-6a80-4c8d-8d6f-7f1f0a0b0c0d" chatroom="All Chat Rooms" id="All Chat Rooms" senderCallsign="ALPHA">` +
      `<chatgrp uid0="ANDROID-1" uid1="All Chat Rooms" id="All Chat Rooms"/></__chat><link uid="ANDROID-1" type="a-f-G-U-C" relation="p-p"/>` +
      `<__serverdestination destinations="192.168.1.4:4242:tcp:ANDROID-1"/><remarks source="BAO.F.ATAK.ANDROID-1" to="All Chat Rooms" time="2026-03-15T14:22:10.123Z">Grüezi 🙂 at 12</remarks></detail></event>`,
  },
  {
    name: 'ATAK, chat to a group of its own with its tree',
    kind: 'chat',
    payload: 'chat',
    xml:
      `<event version="2.0" uid="GeoChat.ANDROID-1.3b1f.m1" type="b-t-f" how="h-g-i-g-o" ${TIMES}>${POINT}<detail><__chat parent="UserGroups" groupOwner="true" messageId="m1" chatroom="Search" id="3b1f" senderCallsign="ALPHA">` +
      `<chatgrp uid0="ANDROID-1" uid1="ANDROID-2" uid2="ANDROID-3" id="3b1f"/><hierarchy><group uid="UserGroups" name="Groups"><contact uid="ANDROID-2" name="BRAVO"/></group></hierarchy></__chat>` +
      `<link uid="ANDROID-1" type="a-f-G-U-C" relation="p-p"/><remarks source="BAO.F.ATAK.ANDROID-1" to="3b1f">go</remarks><marti><dest callsign="BRAVO"/><dest callsign="CHARLIE"/></marti></detail></event>`,
  },
  {
    name: 'a bot that chats without __chat',
    kind: 'chat',
    payload: 'chat',
    xml: `<event version="2.0" uid="bot-1" type="b-t-f" how="h-g-i-g-o" ${TIMES}>${POINT}<detail><remarks>server restarts</remarks></detail></event>`,
  },
  {
    name: 'ATAK, a route with everything',
    kind: 'route',
    payload: 'route',
    xml:
      `<event version="2.0" uid="route-1" type="b-m-r" how="h-e" ${TIMES}><point lat="0.0" lon="0.0" hae="9999999.0" ce="9999999.0" le="9999999.0"/><detail>` +
      `<link uid="w1" callsign="Start" type="b-m-p-w" point="47.3769,8.5417,455.0" remarks="" relation="c"/><link uid="w2" callsign="" type="b-m-p-c" point="47.3770,8.5420" remarks="" relation="c"/>` +
      `<link uid="w3" callsign="End" type="b-m-p-w" point="47.3780,8.5430,460.1" remarks="" relation="c"/>` +
      `<link_attr planningmethod="Infil" color="-1" method="Walking" prefix="CP" type="Foot" stroke="3" direction="Infil" routetype="Primary" order="Ascending Check Points"/>` +
      `<strokeColor value="-1"/><strokeWeight value="3.0"/><strokeStyle value="solid"/><__routeinfo><__navcues><__navcue voice="Left" id="w2" text="Left"/></__navcues></__routeinfo>` +
      `<contact callsign="Way home"/><remarks/><archive/><labels_on value="false"/><color value="-1"/></detail></event>`,
  },
  {
    name: 'ATAK, a circle with its style, geofence and centre',
    kind: 'shape',
    payload: 'shape',
    xml:
      `<event version="2.0" uid="circle-1" type="u-d-c-c" how="h-e" ${TIMES}>${POINT}<detail><shape><ellipse major="120.5" minor="120.5" angle="360"/>` +
      `<link uid="circle-1.Style" type="b-x-KmlStyle" relation="p-c"><Style><LineStyle><color>ff0000ff</color><width>4.0</width></LineStyle><PolyStyle><color>00ffffff</color></PolyStyle></Style></link></shape>` +
      `<__geofence elevationMonitored="false" minElevation="NaN" maxElevation="NaN" monitor="All" trigger="Entry" tracking="true" boundingSphere="75000.0"/><__shapeExtras cpvis="true" editable="true"/>` +
      `<strokeColor value="-65536"/><strokeWeight value="4.0"/><fillColor value="16777215"/><contact callsign="Zone"/><remarks>keep out</remarks><height>10.0</height><labels_on value="true"/></detail></event>`,
  },
  {
    name: 'a drawing as a polyline',
    kind: 'shape',
    payload: 'shape',
    xml:
      `<event version="2.0" uid="poly-1" type="u-d-f" how="m-g" ${TIMES}>${POINT}<detail><shape><polyline closed="true"><vertex lat="47.1" lon="8.1" hae="0"/><vertex lat="47.2" lon="8.1" hae="0"/>` +
      `<vertex lat="47.2" lon="8.2" hae="0"/></polyline></shape><contact callsign="P"/></detail></event>`,
  },
  {
    name: 'ATAK, a line of range and bearing to a user',
    kind: 'rab',
    payload: 'rab',
    xml:
      `<event version="2.0" uid="rb-1" type="u-rb-a" how="h-e" ${TIMES}>${POINT}<detail><range value="1204.113"/><bearing value="0.0"/><inclination value="0.0"/><rangeUnits value="1"/><bearingUnits value="0"/><northRef value="1"/>` +
      `<color value="-65536"/><strokeColor value="-65536"/><strokeWeight value="3.0"/><strokeStyle value="solid"/><link uid="ANDROID-2" relation="p-p" type="a-f-G-U-C" point="47.38,8.55"/><contact callsign="R&amp;B 1"/><labels_on value="false"/></detail></event>`,
  },
  {
    name: 'ATAK, a MEDEVAC request',
    kind: 'casevac',
    payload: 'casevac',
    xml:
      `<event version="2.0" uid="med-1" type="b-r-f-h-c" how="h-g-i-g-o" ${TIMES}>${POINT}<detail><contact callsign="MED.15.142210"/><link uid="ANDROID-1" production_time="x" type="a-f-G-U-C" parent_callsign="ALPHA" relation="p-p"/>` +
      `<_medevac_ casevac="false" freq="0.0" equipment_none="true" hlz_marking="3" zone_prot_selection="0" terrain_none="true" security="0" title="MED.15.142210" urgent="1" litter="1" medline_remarks="" terrain_slope_dir=""><zMistsMap/></_medevac_>` +
      `<status readiness="false"/><archive/><remarks/></detail></event>`,
  },
  {
    name: 'ATAK, an emergency and its end',
    kind: 'emergency',
    payload: 'emergency',
    xml:
      `<event version="2.0" uid="ANDROID-1-9-1-1" type="b-a-o-can" how="m-g" ${TIMES}>${POINT}<detail><link uid="ANDROID-1" type="a-f-G-U-C" relation="p-p"/>` +
      `<emergency cancel="true">ALPHA</emergency><contact callsign="ALPHA-Alert"/></detail></event>`,
  },
  {
    name: 'a server with a file to fetch',
    kind: 'raw',
    payload: 'rawDetail',
    xml:
      `<event version="2.0" uid="f1" type="b-f-t-r" how="h-e" ${TIMES}>${POINT}<detail><fileshare filename="20260315.zip" senderUrl="https://tak.example.org:8443/Marti/sync/content?hash=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"` +
      ` sizeInBytes="70211" sha256="0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" senderUid="ANDROID-1" senderCallsign="ALPHA" name="photos"/><ackrequest uid="a1" ackrequested="true" tag="photos"/></detail></event>`,
  },
  {
    name: 'a camera',
    kind: 'marker',
    payload: 'rawDetail',
    xml:
      `<event version="2.0" uid="cam-1" type="b-m-p-s-p-loc" how="h-g-i-g-o" ${TIMES}>${POINT}<detail><contact callsign="Cam"/><sensor azimuth="90" fov="60" range="300" fovRed="1.0" vfov="45" model="Cam" hideFov="true"/>` +
      `<__video uid="v1" url="rtsp://10.0.0.9:554/1"/></detail></event>`,
  },
  {
    name: 'a server that says who has gone',
    kind: 'delete',
    payload: 'rawDetail',
    xml: `<event version="2.0" uid="d1" type="t-x-d-d" how="h-g-i-g-o" ${TIMES}><point lat="0" lon="0" hae="0" ce="9999999" le="9999999"/><detail><link relation="p-p" uid="ANDROID-9" type="a-f-G-U-C"/></detail></event>`,
  },
  {
    name: 'the weather of an old example, with text in the detail',
    kind: 'raw',
    payload: 'rawDetail',
    xml:
      `<!-- an example --><event version="2.0" uid="wx.1" type="b-w-A-t" how="m-c" opex="e-x" time="2005-04-05T11:43:38.07Z" start="2005-04-05T11:43:38.07Z" stale="2005-04-05T11:45:38.07Z">` +
      `<detail>free text<weather tempC="5"/><?pi x?></detail>${POINT}</event>`,
  },
  {
    name: 'zeros for all times',
    kind: 'pli',
    payload: undefined,
    xml: `<event version="2.0" uid="z" type="a-f-A" how="m-g" time="1970-01-01T00:00:00Z" start="1970-01-01T00:00:00Z" stale="1970-01-01T00:00:00Z">${POINT}<detail/></event>`,
  },
  {
    name: 'a type of its own with a dot and a uid of all kinds',
    kind: 'pli',
    payload: undefined,
    xml: `<event version="2.0" uid="Ünit &lt;7&gt; {a}" type="a-.-G" how="" ${TIMES}>${POINT}<detail><contact callsign=""/></detail></event>`,
  },
];

describe('an event of', () => {
  it.each(shapes)('$name is a packet', ({ xml, kind, payload }) => {
    const parsed = parseEventTree(xml);
    if (!parsed.ok) throw new Error(parsed.detail);
    expect(kindText(parsed.tree.kind)).toBe(kind);
    const packet = packetOfTree(parsed.tree, PROFILE_B);
    if (!packet.ok) throw new Error(packet.detail);
    expect(packet.packet.payloadVariant.case).toBe(payload);
    expect(encodePacket(packet.packet).length).toBeLessThan(600);
  });

  it.each(shapes)(
    '$name comes back as an event that receivers accept, and no more is lost the second time',
    ({ xml }) => {
      for (const profile of [PROFILE_A, PROFILE_B]) {
        const parsed = parseEventTree(xml);
        const packet = parsed.ok ? packetOfTree(parsed.tree, profile) : parsed;
        const event = packet.ok ? buildEvent(packet.packet) : packet;
        if (!event.ok || !packet.ok) throw new Error('no event');
        const line = buildEventXml(stampEvent(event.event, NOON_MS));
        expect(cotFaults(line).filter((fault) => !/never drawn/.test(fault))).toEqual([]);
        const again = parseEventXml(line);
        expect(again).toMatchObject({ ok: true, event: { uid: event.event.uid, type: event.event.type } });
        expect(again.ok && again.event.kind).toBe(event.event.kind);
        expect(event.event.kind).not.toBe(Kind.UNSPECIFIED);
      }
    },
  );
});
