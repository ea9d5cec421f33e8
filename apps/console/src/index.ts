export { statusConsole } from './console.ts';
export { consoleOptions } from './options.ts';
export type { ConsoleOptions } from './options.ts';
