/** The mark of drawings and routes whose sender had more points than the protocol takes, where people see it. */

const REMARK = 'Not every point is here: shortened for the mesh.';

/** The remarks of an event whose points were cut. */
export const markTruncated = (remarks: string): string => (remarks === '' ? REMARK : `${remarks}\n${REMARK}`);

/** Takes the mark off again, so that it is sent on as what it is. */
export const parseTruncated = (text: string): { readonly remarks: string; readonly isTruncated: boolean } =>
  text.endsWith(REMARK)
    ? { remarks: text.slice(0, -REMARK.length).trimEnd(), isTruncated: true }
    : { remarks: text, isTruncated: false };
