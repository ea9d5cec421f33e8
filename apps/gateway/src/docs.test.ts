import { readFileSync } from 'node:fs';
import { reasonNames, topicNames, topics } from '@cotbus/contracts';
import { siteChecks, whyCodes } from '@cotbus/service';
import { describe, expect, it } from 'vitest';
import { machineCodes } from './doctor/this-machine.ts';
import { askCodes } from './doctor/why.ts';
import { optionPage } from './option-table.ts';

const doc = (name: string): string => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');

/** First cells of the table under a header that begins with `header`, without back-ticks. */
const column = (text: string, header: string, cell = 0): string[] => {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => new RegExp(`^\\| ${header} +\\|`).test(line)) + 2;
  const rows = lines.slice(first);
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith('|')),
    )
    .map((line) => (line.split('|')[cell + 1] ?? '').trim().replaceAll('`', ''));
};

describe('the documentation', () => {
  it('explains every reason, and no other', () => {
    expect(column(doc('ERRORS.md'), 'reason').toSorted()).toEqual([...reasonNames].toSorted());
  });

  it('explains every finding of the doctor, and no other', () => {
    const codes = [...machineCodes, ...siteChecks.flatMap((check) => check.codes)];
    expect(column(doc('OPERATIONS.md'), 'code').toSorted()).toEqual(codes.toSorted());
  });

  it('explains every answer to why somebody is not seen, and no other', () => {
    expect(column(doc('OPERATIONS.md'), 'answer').toSorted()).toEqual([...askCodes, ...whyCodes].toSorted());
  });

  it('lists every topic with message, QoS and retain flag, and no other', () => {
    const text = doc('TOPICS.md');
    const rows = [0, 1, 2, 3].map((cell) => column(text, 'topic', cell));
    const written = (rows[0] ?? []).map((topic, index) => [
      topic,
      rows[1]?.[index],
      rows[2]?.[index],
      rows[3]?.[index],
    ]);
    const actual = topicNames.map((name) => {
      const { pattern, schema, qos, retain } = topics[name];
      return [pattern, schema.name, String(qos), retain ? 'yes' : ''];
    });
    expect(written).toEqual(actual);
  });

  it('lists every option as the code reads it (vitest -u writes the page anew)', async () => {
    await expect(optionPage()).toMatchFileSnapshot('../../../docs/OPTIONS.md');
  });
});
