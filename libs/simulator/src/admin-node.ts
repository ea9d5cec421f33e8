/** A node of the mesh that lets others administer it over the air. */
import { create } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { broadcastPacket } from './mesh-packet.ts';
import type { Mesh } from './mesh.ts';
import { userPayload, type NodeIdentity } from './own-node.ts';
import { createRadioAdmin, type RadioAdmin, type TakKeeping } from './radio-admin.ts';

export interface AdminNodeOptions {
  readonly mesh: Mesh;
  readonly node: NodeIdentity;
  /** Whose keys are among its admin keys. */
  readonly authorised: readonly number[];
  /** Default `stored`. */
  readonly keeping?: TakKeeping;
  /** How long a restart takes. Default 10 s. */
  readonly bootMs?: number;
}

export interface AdminNode extends Pick<RadioAdmin, 'tak'> {
  /** Broadcasts its node info, so that others have its key. */
  announce(): void;
  /** While silent it hears nothing. */
  setSilent(silent: boolean): void;
  /** Packets on port 6 that it heard. */
  readonly heard: readonly meshtastic.MeshPacket[];
}

/** Joins the mesh for as long as the mesh is. */
export const joinAdminNode = (options: AdminNodeOptions): AdminNode => {
  const { mesh, node, authorised, keeping = 'stored', bootMs = 10_000 } = options;
  const heard: meshtastic.MeshPacket[] = [];
  let silent = false;
  const admin = createRadioAdmin({
    mesh,
    num: node.num,
    keeping,
    authorised: new Set(authorised),
    answer: (packet) => {
      // In a turn of its own, as over the air: who asked has then remembered what.
      mesh.clock.after(0, () => void mesh.transmit(packet));
    },
    restart: () => {
      silent = true;
      mesh.clock.after(bootMs, () => void (silent = false));
    },
  });
  mesh.join({
    num: node.num,
    hopsAway: 0,
    hear: (packet) => {
      if (silent) return;
      if (admin.take(create(meshtastic.MeshPacketSchema, packet))) heard.push(packet);
    },
  });
  const { NODEINFO_APP } = meshtastic.PortNum;
  return {
    get tak() {
      return admin.tak;
    },
    heard,
    setSilent: (now) => void (silent = now),
    announce: () => {
      const id = mesh.nextPacketId();
      mesh.transmit(broadcastPacket({ from: node.num, id, portnum: NODEINFO_APP, payload: userPayload(node) }));
    },
  };
};
