// Connects to a radio with the client packages of the Meshtastic project, which share no code with Cotbus.
// Usage: node check-simulator.mjs HOST PORT. One line of JSON on stdout; exit code 0 when the handshake was completed
// and a packet on port 78 arrived, else 1.
import { MeshDevice, Types } from '@meshtastic/core';
import { TransportNode } from '@meshtastic/transport-node';

const DEADLINE_MS = 18_000;
const TAK_PORT = 78;
// The packages talk to the console; stdout is for the result alone.
const print = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);

const seen = { myNodeNum: 0, firmwareVersion: '', channels: 0, configs: 0, moduleConfigs: 0, nodes: 0, takPackets: 0 };
let configured = false;
let finished = false;

const finish = (fault) => {
  if (finished) return;
  finished = true;
  const line = JSON.stringify({ ok: fault === undefined, configured, ...seen, ...(fault && { fault }) });
  print(`${line}\n`, () => process.exit(fault === undefined ? 0 : 1));
};
const check = () => {
  if (configured && seen.takPackets > 0) finish();
};

setTimeout(() => finish('out of time'), DEADLINE_MS);
process.on('uncaughtException', (error) => finish(String(error)));

const [host, port] = process.argv.slice(2);
if (!host || !port) throw new Error('usage: check-simulator.mjs HOST PORT');
const device = new MeshDevice(await TransportNode.create(host, Number(port)));
device.log.settings.type = 'hidden';
device.events.onMyNodeInfo.subscribe(({ myNodeNum }) => (seen.myNodeNum = myNodeNum));
device.events.onDeviceMetadataPacket.subscribe(({ data }) => (seen.firmwareVersion = data.firmwareVersion));
device.events.onChannelPacket.subscribe(() => (seen.channels += 1));
device.events.onConfigPacket.subscribe(() => (seen.configs += 1));
device.events.onModuleConfigPacket.subscribe(() => (seen.moduleConfigs += 1));
device.events.onNodeInfoPacket.subscribe(() => (seen.nodes += 1));
device.events.onDeviceStatus.subscribe((status) => {
  configured ||= status === Types.DeviceStatusEnum.DeviceConfigured;
  check();
});
device.events.onMeshPacket.subscribe(({ payloadVariant }) => {
  if (payloadVariant.case === 'decoded' && payloadVariant.value.portnum === TAK_PORT) seen.takPackets += 1;
  check();
});
// Settles only with the answer to its last message; the events above tell the rest.
device.configure().catch((error) => finish(String(error)));
