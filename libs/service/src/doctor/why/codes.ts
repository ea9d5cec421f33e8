/** Every code that can answer why somebody is not seen. */
import { heardCodes } from './heard.ts';
import { linkCodes } from './link.ts';
import { onLinkCodes } from './on-link.ts';
import { onMeshCodes } from './on-mesh.ts';
import { channelCodes } from './server-channels.ts';

export const whyCodes: readonly string[] = [
  ...heardCodes,
  ...onLinkCodes,
  ...onMeshCodes,
  ...linkCodes,
  ...channelCodes,
];
