export { takEgress } from './egress.ts';
export { takOptions } from './options.ts';
