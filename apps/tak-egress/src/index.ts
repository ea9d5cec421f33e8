export { takEgress } from './egress.ts';
export { eventLifeMs } from './event-life.ts';
export { createEventStream } from './event-stream.ts';
export { allLinks as takLinks, takOptions } from './options.ts';
export { listensTls } from './tls-files.ts';
