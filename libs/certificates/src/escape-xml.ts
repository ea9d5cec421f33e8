/** Text for attributes and elements of XML 1.0. */

// oxlint-disable-next-line no-control-regex
const ILLEGAL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu;
const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** What XML forbids (controls, lone surrogates) is dropped. */
export const escapeXml = (text: string): string =>
  text.replace(ILLEGAL, '').replace(/[&<>"']/g, (character) => escapes[character] ?? character);
