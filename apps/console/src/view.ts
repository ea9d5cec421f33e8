/**
 * What the page gets, as plain JSON. Texts are as given on the bus (but clipped): escaping is the page's duty.
 * Ages are milliseconds at the moment of the view, so that no clock but the console's is needed; null = not known.
 */
import type { KindName, ReasonName } from '@cotbus/contracts';

export type ReasonText = ReasonName | 'unknown';
export type LinkText = 'unknown' | 'closed' | 'opening' | 'open' | 'waiting';
export type KeyText = 'unknown' | 'none' | 'default' | 'private';

export interface View {
  /** Of this console. */
  readonly name: string;
  /** Milliseconds since it began to watch: counts and outcomes reach no further back. */
  readonly watchingMs: number;
  /** False while the console itself has no connection to the broker. */
  readonly bus: boolean;
  readonly simulated: boolean;
  readonly agents: readonly AgentView[];
  readonly services: readonly ServiceView[];
  /** Last heard first. */
  readonly nodes: readonly NodeView[];
  /** May be more than are shown. */
  readonly nodesKnown: number;
  /** Newest first. */
  readonly units: readonly UnitView[];
  /** Newest first. */
  readonly outcomes: readonly OutcomeView[];
  /** Since the console began to watch. */
  readonly outcomeCounts: Readonly<Partial<Record<ReasonText, number>>>;
  /** Outcomes whose copies never came: their numbers were skipped. */
  readonly outcomesMissed: number;
}

export interface AgentView {
  readonly agent: string;
  readonly mesh: string;
  readonly online: boolean;
  readonly heartbeatAgeMs: number | null;
  readonly clockBehindMs: number;
  readonly link: LinkText;
  readonly linkDetail: string;
  readonly firmwareVersion: string;
  readonly supportsTakV2: boolean;
  readonly takV1Usable: boolean;
  readonly node: string;
  readonly nodeName: string;
  readonly region: string;
  readonly modemPreset: string;
  readonly channels: readonly ChannelView[];
  /** Percent. */
  readonly channelUtilization: number | null;
  /** Percent. */
  readonly airUtilTx: number | null;
  /** Why nothing goes to the air; empty when it is open. */
  readonly txClosed: string;
  readonly txWaiting: number;
  readonly nodesKnown: number;
}

interface ChannelView {
  readonly index: number;
  readonly name: string;
  readonly key: KeyText;
  readonly primary: boolean;
}

export interface ServiceView {
  readonly name: string;
  readonly instance: string;
  readonly online: boolean;
  readonly heartbeatAgeMs: number | null;
  readonly clockBehindMs: number;
  readonly upMs: number;
  readonly version: string;
  readonly ready: boolean;
  readonly faults: readonly string[];
  /** Empty when frames are not meant for it. */
  readonly destination: string;
  readonly links: readonly LinkView[];
}

export interface LinkView {
  readonly name: string;
  readonly transport: string;
  readonly address: string;
  readonly state: LinkText;
  readonly clients: number;
  readonly waiting: number;
  readonly lastError: string;
}

export interface NodeView {
  /** Such as `!0000002a`. */
  readonly node: string;
  readonly mesh: string;
  readonly longName: string;
  readonly shortName: string;
  readonly role: string;
  /** The attached radio itself. */
  readonly own: boolean;
  readonly viaMqtt: boolean;
  readonly heardAgeMs: number;
  /** Who heard it last. */
  readonly agent: string;
  /** How many agents know it. */
  readonly agents: number;
  /** Percent; 101 = external power. */
  readonly battery: number | null;
  readonly snrDb: number | null;
  readonly rssiDbm: number | null;
  readonly hops: number | null;
  readonly position: PositionView | null;
  readonly tak: { readonly uid: string; readonly callsign: string; readonly team: string } | null;
  readonly visibility: VisibilityView;
}

export interface PositionView {
  /** Degrees WGS84. */
  readonly lat: number;
  readonly lon: number;
  readonly altitudeM: number | null;
  readonly ageMs: number;
  /** Bits of the coordinates that are kept, 32 = all; 0 = not said. */
  readonly precisionBits: number;
}

export interface VisibilityView {
  /** `unknown`: nothing was decided about it since the console began to watch. */
  readonly state: 'visible' | 'not_visible' | 'unknown';
  /** What decided it; `ignored` also when the radio's owner ignores the node. Null when unknown. */
  readonly reason: ReasonText | null;
  readonly detail: string;
  readonly destination: string;
  readonly ageMs: number | null;
}

export interface UnitView {
  readonly uid: string;
  readonly callsign: string;
  readonly kind: KindName | '';
  readonly type: string;
  readonly team: string;
  readonly mesh: string;
  readonly node: string;
  /** Degrees WGS84; null without a position yet. */
  readonly lat: number | null;
  readonly lon: number | null;
  readonly heardAgeMs: number;
  /** Below 0 it is stale. */
  readonly staleInMs: number;
}

export interface OutcomeView {
  /** Unique; stays the same from view to view. */
  readonly id: string;
  readonly owner: string;
  readonly destination: string;
  readonly reason: ReasonText;
  readonly detail: string;
  readonly ageMs: number;
  readonly kind: KindName | '';
  readonly uid: string;
  readonly callsign: string;
  readonly mesh: string;
  /** Empty when the item came from TAK. */
  readonly node: string;
  readonly port: number;
}
