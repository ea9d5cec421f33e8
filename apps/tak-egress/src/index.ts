export { takEgress } from './egress.ts';
export { takOptions } from './options.ts';
export { eventLifeMs } from './event-life.ts';
export { createEventStream } from './event-stream.ts';
