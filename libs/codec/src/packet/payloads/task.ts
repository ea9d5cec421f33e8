/** An order: `<task type priority status assignee note/>`; a link names what it is about. */
import { meshtastic } from '@cotbus/contracts';
import { attribute, element } from '../../cot/element.ts';
import { isReference } from '../../cot/links.ts';
import { enumText } from '../enum-text.ts';
import type { Payload } from '../payload.ts';

const priorities = enumText<meshtastic.TaskRequest_Priority>(meshtastic.TaskRequest_PrioritySchema, undefined, {
  Priority_Normal: ['Medium'],
});
const statuses = enumText<meshtastic.TaskRequest_Status>(meshtastic.TaskRequest_StatusSchema, undefined, {
  Status_InProgress: ['InProgress'],
  Status_Completed: ['Done'],
  Status_Cancelled: ['Canceled'],
});

export const task: Payload<'task'> = {
  parse: ({ type, detail }) => {
    const order = detail.findLast((e) => e.name === 'task' || e.name === '_task_');
    return {
      $typeName: 'meshtastic.TaskRequest',
      taskType: attribute(order, 'type'),
      targetUid: attribute(type === 't-s' ? detail.find((e) => isReference(e)) : undefined, 'uid'),
      assigneeUid: attribute(order, 'assignee'),
      priority: priorities.number(attribute(order, 'priority')),
      status: statuses.number(attribute(order, 'status')),
      note: attribute(order, 'note'),
    };
  },

  build: ({ taskType, targetUid, assigneeUid, priority, status, note }) => {
    const order = element('task', {
      type: taskType || undefined,
      priority: priorities.text(priority),
      status: statuses.text(status),
      assignee: assigneeUid || undefined,
      note: note || undefined,
    });
    return targetUid === '' ? [order] : [order, element('link', { uid: targetUid, relation: 'p-p', type: 'a-f-G' })];
  },
};
