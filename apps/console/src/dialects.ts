/** The words for how a mesh carries TAK, by port. */
import { Dialect, meshtastic } from '@cotbus/contracts';
import type { DialectText } from './view.ts';

const { PortNum } = meshtastic;

const byPort: ReadonlyMap<number, DialectText> = new Map([
  [PortNum.ATAK_PLUGIN_V2, 'V2'],
  [PortNum.ATAK_PLUGIN, 'V1'],
  [PortNum.ATAK_FORWARDER, 'forwarder'],
]);

export const dialectOfPort = (port: number): DialectText => byPort.get(port) ?? 'plain';

const sent: ReadonlyMap<Dialect, string> = new Map([
  [Dialect.V2, 'V2'],
  [Dialect.V1, 'V1 and forwarder'],
  [Dialect.BOTH, 'V1 and V2'],
  [Dialect.FORWARDER, 'forwarder'],
]);

/** What events for a mesh are written in; empty when its agent has not said. */
export const dialectText = (dialect: Dialect): string => sent.get(dialect) ?? '';
