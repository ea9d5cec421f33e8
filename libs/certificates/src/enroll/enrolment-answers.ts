/** What a TAK server says at its enrolment port. */
import { X509Certificate } from 'node:crypto';
import { SaxesParser } from 'saxes';
import type { SubjectPart } from '../make-request.ts';

/**
 * The parts of the subject a server wants beside the common name:
 *
 *     <certificateConfig><nameEntries><nameEntry name="O" value="TAK"/>…
 *
 * @returns undefined if this is no such thing
 */
export const readCertificateConfig = (text: string): readonly SubjectPart[] | undefined => {
  const parts: SubjectPart[] = [];
  let isConfig = false;
  const read = eachElement(text, (name, { name: type, value }) => {
    if (name === 'certificateConfig') isConfig = true;
    if (name === 'nameEntry' && isSubjectType(type) && value !== undefined)
      parts.push([type, value.slice(0, MAX_PART)]);
  });
  return read && isConfig ? parts.slice(0, MAX_PARTS) : undefined;
};

const MAX_PARTS = 16;
const MAX_PART = 256;
const subjectTypes = ['O', 'OU', 'C', 'L', 'ST', 'DC'] as const;
const isSubjectType = (type: string | undefined): type is (typeof subjectTypes)[number] =>
  (subjectTypes as readonly (string | undefined)[]).includes(type);

export interface Signed {
  readonly leaf: X509Certificate;
  /** In the order of the answer. */
  readonly others: readonly X509Certificate[];
}

/**
 * JSON `{signedCert, ca0, ca1, …}`, or `<enrollment><signedCert/><ca/>…`; certificates as base64 of DER, with or without
 * armour.
 *
 * @returns undefined if this is no such thing
 */
export const readSigned = (text: string): Signed | undefined => {
  const found = text.trimStart().startsWith('<') ? signedInXml(text) : signedInJson(text);
  if (found?.signedCert === undefined) return undefined;
  try {
    return { leaf: certificateOf(found.signedCert), others: found.ca.slice(0, MAX_CHAIN).map(certificateOf) };
  } catch {
    return undefined;
  }
};

const MAX_CHAIN = 20;

interface Texts {
  readonly signedCert: string | undefined;
  readonly ca: readonly string[];
}

const signedInJson = (text: string): Texts | undefined => {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer !== 'object' || answer === null) return undefined;
    const texts = Object.entries(answer).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    return {
      signedCert: texts.find(([key]) => key === 'signedCert')?.[1],
      ca: texts
        .filter(([key]) => /^ca\d+$/.test(key))
        .toSorted(([a], [b]) => Number(a.slice(2)) - Number(b.slice(2)))
        .map(([, value]) => value),
    };
  } catch {
    return undefined;
  }
};

const signedInXml = (text: string): Texts | undefined => {
  const ca: string[] = [];
  let signedCert: string | undefined;
  const read = eachElement(text, (name, _, content) => {
    if (name === 'signedCert') signedCert = content;
    else if (name === 'ca') ca.push(content);
  });
  return read ? { signedCert, ca } : undefined;
};

const certificateOf = (text: string): X509Certificate =>
  new X509Certificate(Buffer.from(text.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64'));

type Visit = (localName: string, attributes: Readonly<Record<string, string>>, text: string) => void;

/** Visits each element at its end. @returns false if it is not XML, or has a document type */
const eachElement = (xml: string, visit: Visit): boolean => {
  const parser = new SaxesParser();
  const texts: string[] = [];
  let ok = true;
  const fail = (): void => {
    ok = false;
  };
  parser.on('error', fail);
  parser.on('doctype', fail);
  parser.on('opentag', () => {
    texts.push('');
  });
  const add = (text: string): void => {
    texts[texts.length - 1] += text;
  };
  parser.on('text', (text) => texts.length > 0 && add(text));
  parser.on('cdata', add);
  parser.on('closetag', ({ name, attributes }) =>
    visit(name.slice(name.indexOf(':') + 1), attributes, texts.pop() ?? ''),
  );
  parser.write(xml).close();
  return ok;
};
