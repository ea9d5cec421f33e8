export { codecWorker } from './worker.ts';
export { workerOptions } from './options.ts';
