/** Both directions without dictionaries, as a gateway does by default. */
import { Dialect } from '@cotbus/contracts';
import type { CotEvent } from '@cotbus/contracts';
import { createFrameDecoder } from '../decode-frame.ts';
import { createEventEncoder } from '../encode-event.ts';
import type { SendAs } from '../encode-event.ts';
import { createV2Wire } from '../frame/v2-frame.ts';

const wire = createV2Wire({ dictionaries: [] });
const encode = createEventEncoder({ wire, transferId: () => 0xabcdef });

export const decodeFrame = createFrameDecoder({ wire });
export const encodeEvent = (event: CotEvent, dialect: Dialect = Dialect.V2, form: SendAs['form'] = 'auto') =>
  encode(event, { dialect, form });
