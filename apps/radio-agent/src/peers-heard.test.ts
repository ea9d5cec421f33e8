import { expect, it } from 'vitest';
import { createPeersHeard, NOBODY_HEARD } from './peers-heard.ts';

it('knows who speaks what, for an hour', () => {
  const peers = createPeersHeard();
  expect([peers.heard(1, 72, 0), peers.heard(2, 78, 0), peers.heard(3, 257, 0), peers.heard(4, 1, 0)]).toEqual([
    true,
    true,
    true,
    false,
  ]);
  expect(peers.now(0)).toEqual({ v2: 1, v1: 2, onlyV2: 1 });
  // Who was heard on port 78 reads it, whatever else it speaks.
  peers.heard(1, 78, 1000);
  peers.heard(1, 72, 2000);
  expect(peers.now(2000)).toEqual({ v2: 2, v1: 1, onlyV2: 1 });
  expect(peers.now(3_600_500)).toEqual({ v2: 1, v1: 0, onlyV2: 0 });
  // Port 78 was longer ago than port 72: it may have an older radio now.
  expect(peers.now(3_601_500)).toEqual({ v2: 0, v1: 1, onlyV2: 0 });
  peers.forget();
  expect(peers.now(2000)).toEqual(NOBODY_HEARD);
});

it('counts no gateway, which reads everything whatever it says', () => {
  const peers = createPeersHeard();
  peers.heard(1, 72, 0);
  peers.gateway(1);
  peers.gateway(2);
  peers.heard(1, 72, 1);
  peers.heard(2, 78, 1);
  expect(peers.now(1)).toEqual(NOBODY_HEARD);
});

it('does not grow with the nodes of a busy or a hostile mesh', () => {
  const peers = createPeersHeard();
  for (let node = 1; node <= 2000; node += 1) peers.heard(node, 72, node);
  expect(peers.now(2000)).toEqual({ v2: 0, v1: 512, onlyV2: 0 });
});
