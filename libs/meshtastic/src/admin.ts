/**
 * Port 6: the packets that read and write a node's TAK identity (ModuleConfig.TAKConfig), and what their answers say.
 * Field numbers are those of AdminMessage and ModuleConfig.
 */
import { create, toBinary } from '@bufbuild/protobuf';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { meshtastic } from '@cotbus/contracts';
import { readMessage } from './read-message.ts';
import { hopLimitOf } from './tx-packet.ts';

/** Team and role as the radio has them; 0 = not set: it then reports as Cyan and Team Member. */
export interface TakValues {
  readonly team: meshtastic.Team;
  readonly role: meshtastic.MemberRole;
}

export type AdminRequest =
  | { readonly kind: 'get' }
  /** `passkey`: 8 bytes out of an answer of the node; empty for the attached radio, which needs none. */
  | { readonly kind: 'set'; readonly tak: TakValues; readonly passkey: Uint8Array };

export interface AdminPacketOptions {
  /** The attached radio itself, or another node; never everybody. */
  readonly to: number;
  /** From createPacketIds. */
  readonly id: number;
  /** Another node: encrypted with its key, or not sent at all. */
  readonly isRemote: boolean;
  /** Config.LoRaConfig.hop_limit; 0 = not set. */
  readonly hopLimit: number;
}

/**
 * Asks for an answer in every case: without `want_response` a node keeps silent about a wrong passkey. The answer has
 * the packet's id as its `request_id`.
 */
export const adminPacket = (
  request: AdminRequest,
  { to, id, isRemote, hopLimit }: AdminPacketOptions,
): meshtastic.MeshPacket =>
  create(meshtastic.MeshPacketSchema, {
    to,
    id,
    hopLimit: hopLimitOf(hopLimit),
    wantAck: true,
    pkiEncrypted: isRemote,
    priority: meshtastic.MeshPacket_Priority.RELIABLE,
    payloadVariant: {
      case: 'decoded',
      value: { portnum: meshtastic.PortNum.ADMIN_APP, payload: adminPayload(request), wantResponse: true },
    },
  });

const adminPayload = (request: AdminRequest): Uint8Array =>
  toBinary(meshtastic.AdminMessageSchema, create(meshtastic.AdminMessageSchema, contentOf(request)));

const contentOf = (request: AdminRequest): MessageInitShape<typeof meshtastic.AdminMessageSchema> =>
  request.kind === 'get'
    ? {
        payloadVariant: {
          case: 'getModuleConfigRequest',
          value: meshtastic.AdminMessage_ModuleConfigType.TAK_CONFIG,
        },
      }
    : {
        payloadVariant: {
          case: 'setModuleConfig',
          value: { payloadVariant: { case: 'tak', value: { team: request.tak.team, role: request.tak.role } } },
        },
        sessionPasskey: request.passkey,
      };

export interface AdminAnswer {
  /** Id of the packet it answers. */
  readonly requestId: number;
  /** Undefined when the answer holds none: the firmware has no such setting, or no answer for it. */
  readonly tak: TakValues | undefined;
  /** Accepted by the node for 300 s (it makes a new one after 150 s); empty when it gives none. */
  readonly passkey: Uint8Array;
}

/** Undefined when the data is no answer on port 6. */
export const readAdminAnswer = (data: meshtastic.Data): AdminAnswer | undefined => {
  if (data.portnum !== meshtastic.PortNum.ADMIN_APP || data.requestId === 0) return undefined;
  const message = readMessage(meshtastic.AdminMessageSchema, data.payload);
  if (message === undefined) return undefined;
  const { payloadVariant, sessionPasskey: passkey } = message;
  const config = payloadVariant.case === 'getModuleConfigResponse' ? payloadVariant.value.payloadVariant : undefined;
  const tak = config?.case === 'tak' ? { team: config.value.team, role: config.value.role } : undefined;
  return { requestId: data.requestId, tak, passkey };
};
