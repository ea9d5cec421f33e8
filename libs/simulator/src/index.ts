/** A scripted mesh behind the stream API of a real radio: for the demo, for tests and for load. */
export { joinAdminNode, type AdminNode } from './admin-node.ts';
export { defaultKeyChannel, simChannel, type MeshChannel } from './channels.ts';
export type { SimulatorClock } from './clock.ts';
export { startDemoMesh, type DemoMesh, type DemoMeshOptions } from './demo.ts';
export type { FirmwareVersion } from './firmware.ts';
export { createHostileMesh, HOSTILE_NAMES, type HostileMesh } from './hostile-mesh.ts';
export { startLoad, type Load, type LoadOptions } from './load.ts';
export { broadcastPacket, type PacketContent } from './mesh-packet.ts';
export { createMesh, type Mesh, type MeshOptions, type Station } from './mesh.ts';
export type { NodeIdentity } from './own-node.ts';
export type { RadioFaults } from './radio-faults.ts';
export { createRandom, type Random } from './random.ts';
export { takHour, type TakEvent, type TakHourOptions } from './tak-hour.ts';
export { packTakPacket, type TextPacker } from './tak-module.ts';
export { startSimulatedRadio, type SimulatedRadio, type SimulatedRadioOptions } from './tcp-radio.ts';
export { chatPayload, parseChat, pliPayload, type Chat } from './tak-packet.ts';
export { defaultUnits, type PlainUnit, type TakUnit, type UnitPlan } from './unit-plans.ts';
export {
  startUplinkGateway,
  unreadablePacket,
  type MeshBrokerClient,
  type UplinkGateway,
  type UplinkGatewayOptions,
} from './uplink-gateway.ts';
export { startUnits, type Units, type UnitsOptions } from './units.ts';
