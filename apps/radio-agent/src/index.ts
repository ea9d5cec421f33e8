export { attachedSerialPorts } from './attached-serial-ports.ts';
export { radioAgent } from './agent.ts';
export { radioFromText, radioOptions } from './options.ts';
export type { RadioOptions } from './options.ts';
