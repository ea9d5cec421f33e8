/**
 * An alert: `<emergency type="911 Alert">CALLSIGN</emergency>`, `<emergency cancel="true"/>`; links name who raised it
 * and, when it ends, the alert itself.
 */
import { meshtastic } from '@cotbus/contracts';
import { attribute, element, lastNamed } from '../../cot/element.ts';
import type { Element } from '../../cot/element.ts';
import { isReference } from '../../cot/links.ts';
import { enumText, withExceptions } from '../enum-text.ts';
import type { Payload } from '../payload.ts';

const { EmergencyAlert_Type: Type } = meshtastic;

const types = enumText<meshtastic.EmergencyAlert_Type>(
  meshtastic.EmergencyAlert_TypeSchema,
  withExceptions({ Type_Alert911: '911 Alert', Type_GeoFenceBreached: 'Geo-fence Breached' }),
  {
    Type_Alert911: ['911'],
    Type_RingTheBell: ['Ring the Bell'],
    Type_InContact: ['Troops In Contact'],
    Type_GeoFenceBreached: ['Geo Fence Breached'],
  },
);

const typesByCotType: ReadonlyMap<string, meshtastic.EmergencyAlert_Type> = new Map([
  ['b-a-o-tbl', Type.Alert911],
  ['b-a-o-pan', Type.RingTheBell],
  ['b-a-o-opn', Type.InContact],
  ['b-a-g', Type.GeoFenceBreached],
  ['b-a-o-c', Type.Custom],
  ['b-a-o-can', Type.Cancel],
]);

const isAlert = (link: Element): boolean => attribute(link, 'type').startsWith('b-a-');

export const emergency: Payload<'emergency'> = {
  parse: ({ type, detail }) => {
    const alert = lastNamed(detail, 'emergency');
    // On other types a parent link says who placed the object.
    const links = type.startsWith('b-a-') ? detail.filter((e) => isReference(e)) : [];
    return {
      $typeName: 'meshtastic.EmergencyAlert',
      type:
        attribute(alert, 'cancel') === 'true'
          ? Type.Cancel
          : types.number(attribute(alert, 'type')) || (typesByCotType.get(type) ?? Type.Unspecified),
      authoringUid: attribute(
        links.find((link) => !isAlert(link)),
        'uid',
      ),
      cancelReferenceUid: attribute(
        links.find((link) => isAlert(link)),
        'uid',
      ),
    };
  },

  build: ({ type, authoringUid, cancelReferenceUid }, { callsign }) => {
    const state = type === Type.Cancel ? { cancel: 'true' } : { type: types.text(type) };
    // ATAK lists alerts by this text.
    const elements = [element('emergency', state, callsign)];
    if (authoringUid !== '') {
      elements.push(element('link', { uid: authoringUid, relation: 'p-p', type: 'a-f-G-U-C' }));
    }
    if (cancelReferenceUid !== '') {
      elements.push(element('link', { uid: cancelReferenceUid, relation: 'p-p', type: 'b-a-o-tbl' }));
    }
    return elements;
  },
};
