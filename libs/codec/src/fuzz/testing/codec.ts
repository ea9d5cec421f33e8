/** Both directions with every dictionary that is there but those of generation B, which frames of the corpora do not have. */
import { findDictionaries, INSTALL_FOLDER, openZstd, usableDictionaries } from '@cotbus/zstd';
import { createFrameDecoder } from '../../decode-frame.ts';
import { createEventEncoder } from '../../encode-event.ts';
import { createV2Wire } from '../../frame/v2-frame.ts';
import { sdkDictionaries } from '../../wire/testing/sdk-files.ts';

export const zstd = openZstd();
const ours = usableDictionaries(findDictionaries(INSTALL_FOLDER)).filter(({ generation }) => generation === 'c');
export const dictionaries = [...ours, ...sdkDictionaries()];
export const wire = createV2Wire({ zstd, dictionaries });
export const decodeFrame = createFrameDecoder({ wire });
export const encodeEvent = createEventEncoder({ wire, transferId: () => 0xabcdef });
