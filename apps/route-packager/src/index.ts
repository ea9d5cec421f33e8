export type { PackageLayout } from './data-package.ts';
export { packagerOptions } from './options.ts';
export { routePackager } from './packager.ts';
export { readRouteFile } from './read-route-file.ts';
export { buildRouteEvent } from './route-event.ts';
export { simplify } from './simplify.ts';
