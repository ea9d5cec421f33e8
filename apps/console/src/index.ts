export { statusConsole } from './console.ts';
export { loginLink } from './login-link.ts';
export { consoleOptions } from './options.ts';
export type { ConsoleOptions } from './options.ts';
