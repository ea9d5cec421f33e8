import { Kind, kindText } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { eventKind, isControl } from './kind.ts';
import { parseDetail } from './parse-xml.ts';

describe('eventKind', () => {
  it.each<[Kind, string, string]>([
    [Kind.PLI, 'a-f-G-U-C', '<contact callsign="A"/><takv version="1"/>'],
    [Kind.PLI, 'a-f-G-U-C', '<remarks>my ICAO: ABCDEF note</remarks>'],
    [Kind.PLI, 'a-f-G-U-C-I', '<link uid="U" type="a-f-G-U-C-I" relation="p-p"/>'],
    [Kind.CHAT, 'b-t-f', '<__chat id="All Chat Rooms"/><link point="1,2"/>'],
    [Kind.CHAT, 'b-t-f', '<remarks>hello</remarks>'],
    [Kind.CHAT, 'b-t-f-d', '<link uid="M" relation="p-p" type="b-t-f"/>'],
    [Kind.AIRCRAFT, 'a-n-A-C-F', '<remarks>ICAO: ABCDEF REG: X</remarks>'],
    [Kind.AIRCRAFT, 'a-f-G-U-C', '<_aircot_ icao="ABCDEF"/>'],
    [Kind.AIRCRAFT, 'a-f-G-U-C', '<_radio rssi="-10"/>'],
    [Kind.PLI, 'a-f-G-U-C', '<_radio gps="true"/>'],
    [Kind.ROUTE, 'b-m-r', '<link type="b-m-p-w" point="1,2"/>'],
    [Kind.SHAPE, 'u-d-f', '<link point="1,2"/>'],
    [Kind.SHAPE, 'u-d-c-c', '<shape><ellipse major="1" minor="1"/></shape><strokeColor value="-1"/>'],
    [Kind.RAB, 'u-rb-a', '<link uid="A" type="b-m-p-w" point="1,2"/>'],
    [Kind.RAB, 'u-rb-a', '<range value="0"/>'],
    [Kind.MARKER, 'b-m-p-s-m', '<color argb="-1"/>'],
    [Kind.MARKER, 'a-u-G', '<usericon iconsetpath="x"/>'],
    [Kind.MARKER, 'a-u-G', '<link uid="U" type="a-f-G-U-C" relation="p-p"/>'],
    [Kind.CASEVAC, 'b-r-f-h-c', '<link uid="U" type="a-f-G-U-C" relation="p-p"/>'],
    [Kind.EMERGENCY, 'b-a-o-tbl', '<link uid="U" type="a-f-G-U-C" relation="p-p"/>'],
    [Kind.EMERGENCY, 'a-f-G-U-C', '<emergency type="911 Alert"/>'],
    [Kind.TASK, 't-s', '<link uid="U" type="a-f-G" relation="p-p"/>'],
    [Kind.TASK, 't-s', '<task type="engage"/>'],
    [Kind.TAKTALK, 'm-t-t', '<text>hi</text>'],
    [Kind.TAKTALK, 'y-', '<chatroom-id>1</chatroom-id>'],
    [Kind.DELETE, 't-x-d-d', '<link uid="U" type="a-f-G-U-C" relation="p-p"/>'],
    [Kind.RAW, 't-x-c-t', ''],
    [Kind.RAW, 'b-f-t-r', '<fileshare name="x"/>'],
    [Kind.RAW, 'constructor', ''],
  ])('is %i for %s with %s', (kind, type, detail) => {
    expect(kindText(eventKind(type, parseDetail(detail)))).toBe(kindText(kind));
  });
});

describe('isControl', () => {
  it('knows what belongs to a connection', () => {
    expect(['t-x-c-t', 't-x-takp-q', 't-x-c-i-e', 't-b', 't-b-a'].filter((type) => !isControl(type))).toEqual([]);
    expect(['t-x-d-d', 't-s', 't-k-d', 'a-f-G-U-C', 'b-t-f'].filter((type) => isControl(type))).toEqual([]);
  });
});
