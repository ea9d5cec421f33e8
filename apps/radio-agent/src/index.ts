export { radioAgent } from './agent.ts';
export { radioOptions } from './options.ts';
export type { RadioOptions } from './options.ts';
