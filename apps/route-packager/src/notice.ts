/** What people are told when a route has come, and what the bus carries of it. */
import { createMessage } from '@cotbus/contracts';
import type { MessageOf } from '@cotbus/contracts';
import { printable } from '@cotbus/service';
import { fileNameOfUid } from './file-name.ts';
import type { KeptRoute } from './kept-route.ts';

export const routeNotice = (kept: KeptRoute, packager: string): MessageOf<'route'> => {
  const { route, hash, sizeBytes, atMs, mesh, node, savedTo } = kept;
  return createMessage('route', {
    hash,
    uid: route.uid,
    name: route.name,
    fileName: `${fileNameOfUid(route.uid)}.zip`,
    sizeBytes,
    points: route.points.length,
    atMs,
    packager,
    savedTo: [...savedTo],
    notice: noticeText(kept),
    mesh,
    node,
  });
};

const noticeText = ({ route, savedTo, hash }: KeptRoute): string =>
  [
    `Route Received: ${printable(route.name)}`,
    savedTo.length === 0
      ? `Fetch it with: cotbus route-package show ${hash.slice(0, 12)} --out route.zip`
      : `Saved as ${savedTo.map(printable).join(' and ')}`,
    'iTAK: bring the file to the phone and open it in Files with "Open in iTAK".',
    'ATAK: copy it into atak/tools/datapackage on the phone, or open it with Import Manager.',
    'WinTAK: choose Import, then Data Package, and the file.',
  ].join('\n');
