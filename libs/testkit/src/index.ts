export { nodeAt, readXml, XmlError } from './cot-reader.ts';
export type { XmlNode } from './cot-reader.ts';
export { cotFaults } from './cot-rules.ts';
export { createPtyLine, hasSocat } from './pty-line.ts';
export type { PtyLine } from './pty-line.ts';
export { sdkFixtures, sdkFolder } from './sdk-fixtures.ts';
export type { SdkFixture } from './sdk-fixtures.ts';
export { connectTakClient } from './tak-client.ts';
export type { TakClient } from './tak-client.ts';
