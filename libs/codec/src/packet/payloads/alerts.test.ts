/** Emergencies and tasks: small payloads that name other objects by links. */
import type { MessageInitShape } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { describe, expect, it } from 'vitest';
import { detailOf, packetOf, payloadOf, samplePacket } from '../../testing/packets.ts';

type AlertInit = MessageInitShape<typeof meshtastic.EmergencyAlertSchema>;
type TaskInit = MessageInitShape<typeof meshtastic.TaskRequestSchema>;

const alertOf = (type: string, detail: string) => payloadOf(packetOf(type, detail), 'emergency');
const USER = '<link uid="U" type="a-f-G-U-C" relation="p-p"/>';
const ALERT = '<link uid="E" type="b-a-o-tbl" relation="p-p"/>';

describe('an emergency', () => {
  it.each<[string, string, AlertInit]>([
    ['b-a-o-tbl', '', { type: 1 }],
    ['b-a-o-pan', '', { type: 2 }],
    ['b-a-o-opn', '', { type: 3 }],
    ['b-a-g', '', { type: 4 }],
    ['b-a-o-c', '', { type: 5 }],
    ['b-a-o-can', '', { type: 6 }],
    ['b-a-x', '', { type: 0 }],
    ['b-a-x', '<emergency type="911"/>', { type: 1 }],
    ['b-a-x', '<emergency type="Ring the Bell"/>', { type: 2 }],
    ['b-a-x', '<emergency type="Troops In Contact"/>', { type: 3 }],
    ['b-a-x', '<emergency type="Geo Fence Breached"/>', { type: 4 }],
    ['b-a-x', '<emergency type="Geo-fence Breached"/>', { type: 4 }],
    ['b-a-x', '<emergency type="Custom"/>', { type: 5 }],
    ['b-a-o-tbl', '<emergency type="unheard of"/>', { type: 1 }],
    ['b-a-o-tbl', '<emergency cancel="true" type="911 Alert"/>', { type: 6 }],
    ['b-a-o-tbl', '<emergency cancel="false"/>', { type: 1 }],
    ['a-f-G-U-C', `<emergency type="In Contact">A</emergency>${USER}`, { type: 3, authoringUid: '' }],
    ['b-a-o-tbl', `${USER}${ALERT}`, { authoringUid: 'U', cancelReferenceUid: 'E' }],
    ['b-a-o-can', `${ALERT}${USER}${USER.replace('"U"', '"V"')}`, { authoringUid: 'U', cancelReferenceUid: 'E' }],
  ])('of type %s with %s is parsed', (type, detail, fields) => {
    expect(alertOf(type, detail)).toMatchObject(fields);
  });

  it.each<[AlertInit, string]>([
    [{}, '<emergency>A</emergency>'],
    [{ type: 1 }, '<emergency type="911 Alert">A</emergency>'],
    [
      { type: 4, authoringUid: 'U' },
      '<emergency type="Geo-fence Breached">A</emergency><link uid="U" relation="p-p" type="a-f-G-U-C"/>',
    ],
    [
      { type: 6, cancelReferenceUid: 'E' },
      '<emergency cancel="true">A</emergency><link uid="E" relation="p-p" type="b-a-o-tbl"/>',
    ],
    [{ type: 99 as meshtastic.EmergencyAlert_Type }, '<emergency>A</emergency>'],
  ])('%j is built with the callsign as its text', (value, detail) => {
    const packet = samplePacket({
      cotTypeId: meshtastic.CotType.CotType_b_a_o_tbl,
      callsign: 'A',
      payloadVariant: { case: 'emergency', value },
    });
    expect(detailOf(packet)).toBe(`<contact callsign="A"/>${detail}`);
  });

  it('is parsed to the same again', () => {
    for (const [type, detail] of [
      ['b-a-o-tbl', `<contact callsign="A"/><emergency type="911 Alert"/>${USER}<remarks>help</remarks>`],
      ['b-a-o-can', `<emergency cancel="true">A</emergency>${USER}${ALERT}`],
      ['a-f-G-U-C', '<contact callsign="A"/><__group name="Red" role="HQ"/><emergency type="Custom"/>'],
    ] as const) {
      const packet = packetOf(type, detail);
      expect(packetOf(type, detailOf(packet))).toEqual(packet);
    }
  });
});

describe('a task', () => {
  const taskOf = (detail: string, type = 't-s') => payloadOf(packetOf(type, detail), 'task');

  it.each<[string, TaskInit]>([
    ['<task type="engage" assignee="U" note="n"/>', { taskType: 'engage', assigneeUid: 'U', note: 'n' }],
    ['<_task_ type="engage"/>', { taskType: 'engage' }],
    ['<task priority="Low"/>', { priority: 1 }],
    ['<task priority="Medium"/>', { priority: 2 }],
    ['<task priority="high"/>', { priority: 0 }],
    ['<task status="InProgress"/>', { status: 3 }],
    ['<task status="In Progress"/>', { status: 3 }],
    ['<task status="Done"/>', { status: 4 }],
    ['<task status="Canceled"/>', { status: 5 }],
    [`${USER}${ALERT}`, { targetUid: 'U' }],
  ])('is parsed from %s', (detail, fields) => {
    expect(taskOf(detail)).toMatchObject(fields);
  });

  it('has a target only by its own type', () => {
    expect(taskOf(`<task/>${USER}`, 'a-f-G-U-C').targetUid).toBe('');
  });

  it('is built, and parsed to the same again', () => {
    const detail =
      '<task type="engage" priority="Critical" status="Cancelled" assignee="U" note="n"/><link uid="T" relation="p-p" type="a-f-G"/>';
    const packet = packetOf('t-s', detail);
    expect(detailOf(packet)).toBe(detail);
    expect(packetOf('t-s', detailOf(packet))).toEqual(packet);
    expect(detailOf(packetOf('t-s', '<task/>'))).toBe('<task/>');
  });
});
