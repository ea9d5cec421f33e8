/** Port 6 of a radio: its TAK identity, asked and set by its own client, or over the air by a client it lets do so. */
import { create, fromBinary, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import type { FirmwareVersion } from './firmware.ts';
import { dataOf } from './mesh-packet.ts';
import type { Mesh } from './mesh.ts';

/** A node restarts so long after a setting was written. */
const RESTART_AFTER_MS = 7_000;
const PASSKEY_BYTES = 8;

/**
 * `stored`: as 2.8 with its fix; `told`: in the handshake, but an answer is empty and a write has no effect, as 2.8 before;
 * `absent`: unknown, as before 2.8. A write is acknowledged and followed by a restart in every case.
 */
export type TakKeeping = 'stored' | 'told' | 'absent';

export interface RadioAdmin {
  /** As the handshake tells it; undefined where the firmware has no such setting. */
  readonly tak: meshtastic.ModuleConfig_TAKConfig | undefined;
  /** Takes a packet on port 6 to this node; everything else is left alone. @returns whether it was one. */
  take(packet: meshtastic.MeshPacket): boolean;
}

export interface RadioAdminOptions {
  readonly mesh: Mesh;
  readonly num: number;
  readonly keeping: TakKeeping;
  /** Hands an answer to who asked. */
  readonly answer: (packet: meshtastic.MeshPacket) => void;
  /** The setting was written: the node restarts. */
  readonly restart: () => void;
  /** Who may administer over the air; the own client, which is 0, always may. */
  readonly authorised?: ReadonlySet<number>;
  /** Managed: the own client is ignored without a word. */
  readonly managed?: boolean;
}

export const takKeepingOf = (firmware: FirmwareVersion): TakKeeping => (firmware === '2.8.0' ? 'stored' : 'absent');

export const createRadioAdmin = (options: RadioAdminOptions): RadioAdmin => {
  const { mesh, num, keeping, answer, restart, authorised = new Set(), managed = false } = options;
  const passkey = Uint8Array.from({ length: PASSKEY_BYTES }, (_, at) => Math.imul(num + at, 0x9e3779b1) >>> 24);
  const { Team, MemberRole } = meshtastic;
  let tak = create(meshtastic.ModuleConfig_TAKConfigSchema, { team: Team.Cyan, role: MemberRole.TeamMember });

  const say = (to: meshtastic.MeshPacket, portnum: meshtastic.PortNum, payload: Uint8Array): void => {
    const data = { portnum, payload, requestId: to.id };
    answer(
      create(meshtastic.MeshPacketSchema, {
        from: num,
        to: to.from === 0 ? num : to.from,
        id: mesh.nextPacketId(),
        hopLimit: to.from === 0 ? 0 : 3,
        rxTime: Math.floor(mesh.clock.now() / 1000),
        priority: meshtastic.MeshPacket_Priority.RESPONSE,
        pkiEncrypted: to.from !== 0,
        payloadVariant: { case: 'decoded', value: create(meshtastic.DataSchema, data) },
      }),
    );
  };
  const route = (to: meshtastic.MeshPacket, error: meshtastic.Routing_Error): void => {
    const routing = create(meshtastic.RoutingSchema, { variant: { case: 'errorReason', value: error } });
    say(to, meshtastic.PortNum.ROUTING_APP, toBinary(meshtastic.RoutingSchema, routing));
  };
  const tell = (to: meshtastic.MeshPacket): void => {
    const value: MessageInitShape<typeof meshtastic.ModuleConfigSchema> =
      keeping === 'stored' ? { payloadVariant: { case: 'tak', value: tak } } : {};
    const payloadVariant = { case: 'getModuleConfigResponse' as const, value };
    const message = create(meshtastic.AdminMessageSchema, { payloadVariant, sessionPasskey: passkey });
    say(to, meshtastic.PortNum.ADMIN_APP, toBinary(meshtastic.AdminMessageSchema, message));
  };
  const take = (packet: meshtastic.MeshPacket, { payloadVariant, sessionPasskey }: meshtastic.AdminMessage): void => {
    const isRemote = packet.from !== 0;
    const { Routing_Error } = meshtastic;
    if (isRemote && !authorised.has(packet.from)) return route(packet, Routing_Error.ADMIN_PUBLIC_KEY_UNAUTHORIZED);
    if (payloadVariant.case === 'getModuleConfigRequest') return tell(packet);
    if (isRemote && sessionPasskey.join() !== passkey.join()) {
      return route(packet, Routing_Error.ADMIN_BAD_SESSION_KEY);
    }
    route(packet, Routing_Error.NONE);
    const config = payloadVariant.case === 'setModuleConfig' ? payloadVariant.value.payloadVariant : undefined;
    if (config === undefined) return;
    if (config.case === 'tak' && keeping === 'stored') tak = config.value;
    mesh.clock.after(RESTART_AFTER_MS, restart);
  };

  return {
    get tak() {
      return keeping === 'absent' ? undefined : tak;
    },
    take: (packet) => {
      const data = dataOf(packet);
      if (packet.to !== num || data?.portnum !== meshtastic.PortNum.ADMIN_APP) return false;
      if (managed && packet.from === 0) return true;
      take(packet, fromBinary(meshtastic.AdminMessageSchema, data.payload));
      return true;
    },
  };
};
