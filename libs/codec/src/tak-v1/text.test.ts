import { getTextEncoding } from '@bufbuild/protobuf/wire';
import { describe, expect, it } from 'vitest';
import { readText } from './text.ts';

describe('a text of V1', () => {
  it.each(['', 'VIPER-1', 'Größe ☂', '\uFFFD', 'caf\uFFFD'])('that is UTF-8 is read as it is: "%s"', (text) => {
    expect(readText(getTextEncoding().encodeUtf8(text), false)).toBe(text);
  });
});
