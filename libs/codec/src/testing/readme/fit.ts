import { createV2Wire, fitEvent, parseEventTree } from '@cotbus/codec';

const wire = createV2Wire({ dictionaries: [] });

/** The smallest loss that makes an event fit, and what it was. */
export const frameOf = (xml: string): { readonly frame: Uint8Array; readonly stripped: readonly string[] } | string => {
  const parsed = parseEventTree(xml);
  if (!parsed.ok) return `${parsed.reason}: ${parsed.detail}`;
  const fitted = fitEvent(parsed.tree, { wire, policy: { form: 'auto' } });
  return fitted.ok ? fitted : `${fitted.reason}: ${fitted.detail}`;
};
