import { Kind } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';

const LINK = /<link\b[^>]*?\suid=(?:"([^"]*)"|'([^']*)')/;
const REFERENCES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Of which uid an event tells: its own, or for a delete (`t-x-d-d`) that of the link in its detail. */
export const targetUid = (event: CotEvent): string => {
  if (event.kind !== Kind.DELETE) return event.uid;
  const [, quoted, apostrophed] = LINK.exec(event.detail) ?? [];
  const target = quoted ?? apostrophed;
  return target === undefined
    ? event.uid
    : target.replace(/&(\w+);/g, (whole, name: string) => REFERENCES[name] ?? whole);
};
