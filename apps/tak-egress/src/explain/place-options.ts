/** Every link and listener of an egress, in one form. */
import { allLinks } from '../options.ts';
import type { TakEgressOptions } from '../options.ts';
import type { PlaceOptions } from './places.ts';

/** @param listensTls the TLS listener has certificates */
export const placeOptions = (options: TakEgressOptions, listensTls: boolean): readonly PlaceOptions[] => {
  const isEverywhere = options.identity.show === 'everywhere';
  const listener = { direction: 'both', isListener: true, hidesAddresses: false, isIntroduced: isEverywhere } as const;
  return [
    ...(options.listen.enabled
      ? [{ ...listener, name: 'listen', out: options.listen.out, in: options.listen.in }]
      : []),
    ...(listensTls ? [{ ...listener, name: 'listenTls', out: options.listenTls.out, in: options.listenTls.in }] : []),
    ...allLinks(options).map(({ name, kind, direction, virtualClients, ...link }): PlaceOptions => {
      const isServer = kind === 'tcp' || kind === 'tls';
      return {
        name,
        direction,
        isListener: false,
        out: link.out,
        in: link.in,
        hidesAddresses: isServer && virtualClients === 0,
        isIntroduced: isEverywhere || isServer,
      };
    }),
  ];
};
