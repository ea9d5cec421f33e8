export { codecWorker } from './worker.ts';
export { workerOptions } from './options.ts';
export { createTranslate } from './translate.ts';
export type { Translate } from './translate.ts';
