export { routePackager } from './packager.ts';
export { packagerOptions } from './options.ts';
