/** The Meshtastic messages; apart from ours, whose names they share (Fix, Status, Channel, …). */
export * from './gen/meshtastic/admin_pb.ts';
export * from './gen/meshtastic/atak_pb.ts';
export * from './gen/meshtastic/config_pb.ts';
export * from './gen/meshtastic/mesh_pb.ts';
export * from './gen/meshtastic/module_config_pb.ts';
export * from './gen/meshtastic/mqtt_pb.ts';
export * from './gen/meshtastic/portnums_pb.ts';
export * from './gen/meshtastic/tak_packet_pb.ts';
export * from './gen/meshtastic/telemetry_pb.ts';
