/**
 * What the page gets, as plain JSON. Texts are as given on the bus (but clipped): escaping is the page's duty.
 * Times (`…Ms` of a moment) are epoch milliseconds by the console's clock, whatever clock they came from; the page
 * knows that clock by `nowMs`, so no other has to be right. null = not known.
 */
import type { KindName, ReasonName } from '@cotbus/contracts';

export type ReasonText = ReasonName | 'unknown';
export type LinkText = 'unknown' | 'closed' | 'opening' | 'open' | 'waiting';
export type KeyText = 'unknown' | 'none' | 'default' | 'private';
/** What a node was heard to speak. */
export type DialectText = 'V2' | 'V1' | 'forwarder' | 'plain';

export interface Collections {
  readonly agents: AgentView;
  readonly services: ServiceView;
  readonly clients: ClientView;
  readonly overrides: OverrideView;
  readonly findings: FindingView;
  readonly nodes: NodeView;
  readonly units: UnitView;
  readonly alarms: AlarmView;
  readonly chats: ChatView;
  readonly outcomes: OutcomeView;
  readonly routes: RouteView;
}
export type CollectionName = keyof Collections;

/** Everything at once. */
export type View = About & { readonly [N in CollectionName]: readonly Collections[N][] };

/** What changed since the page was told last. */
export interface ViewChanges {
  readonly about: About;
  /** Everything is in it: what the page has besides is gone. */
  readonly whole: boolean;
  readonly changes: {
    readonly [N in CollectionName]?: { readonly put: readonly Collections[N][]; readonly gone: readonly string[] };
  };
}

export interface About {
  /** Of this console. */
  readonly name: string;
  readonly nowMs: number;
  /** Since when it watches: counts and outcomes reach no further back. */
  readonly sinceMs: number;
  /** False while the console itself has no connection to the broker. */
  readonly bus: boolean;
  readonly simulated: boolean;
  /** False while it has just begun: who has not spoken yet is not missing. */
  readonly hasLooked: boolean;
  /** Since the console began to watch. */
  readonly outcomeCounts: Readonly<Partial<Record<ReasonText, number>>>;
  /** Outcomes whose copies never came: their numbers were skipped. */
  readonly outcomesMissed: number;
  /** Alarms that were forgotten unacknowledged because there were too many. */
  readonly alarmsMissed: number;
}

/** Something that is wrong, or worth knowing. */
export interface FindingView {
  readonly key: string;
  /** As docs/OPERATIONS.md lists them. */
  readonly code: string;
  readonly level: 'fault' | 'warning' | 'note';
  /** Such as the name of an agent. */
  readonly about: string;
  readonly cause: string;
  readonly remedy: string;
}

export interface AgentView {
  /** Unique in its collection, as in all others. */
  readonly key: string;
  readonly agent: string;
  readonly mesh: string;
  readonly online: boolean;
  readonly heartbeatMs: number | null;
  readonly clockBehindMs: number;
  readonly link: LinkText;
  readonly linkDetail: string;
  /** `serial`, `tcp` or `mqtt`. */
  readonly transport: string;
  readonly firmwareVersion: string;
  readonly supportsTakV2: boolean;
  readonly takV1Usable: boolean;
  /** What events for this mesh are written in; empty when it was not said. */
  readonly sends: string;
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
  readonly air: AirView;
  readonly nodesKnown: number;
  /** Of the attached radio, and of the nodes that were asked last. */
  readonly identities: readonly IdentityView[];
}

/** Airtime of the last hour, of this radio alone. */
export interface AirView {
  /** Null without a limit. */
  readonly limitMs: number | null;
  readonly spentMs: number;
  /** What came of TAK, most airtime first. */
  readonly kinds: readonly {
    readonly kind: KindName | '';
    readonly waiting: number;
    readonly sent: number;
    readonly packets: number;
    readonly airMs: number;
    readonly refused: readonly { readonly reason: ReasonText; readonly count: number }[];
  }[];
}

/** Team and role that a radio itself has, and how far we are in finding out. */
export interface IdentityView {
  readonly node: string;
  readonly state: 'not_asked' | 'asking' | 'answered' | 'no_answer' | 'not_stored' | 'refused' | 'writing';
  readonly team: string;
  readonly role: string;
  readonly detail: string;
}

interface ChannelView {
  readonly index: number;
  readonly name: string;
  readonly key: KeyText;
  readonly primary: boolean;
}

export interface ServiceView {
  readonly key: string;
  readonly name: string;
  readonly instance: string;
  readonly online: boolean;
  readonly heartbeatMs: number | null;
  readonly clockBehindMs: number;
  readonly startedMs: number;
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

/** A TAK program that is connected to a listener. */
export interface ClientView {
  readonly key: string;
  readonly egress: string;
  /** As its outcomes name it. */
  readonly name: string;
  readonly listener: string;
  readonly address: string;
  /** Empty until it has reported. */
  readonly callsign: string;
  readonly uid: string;
  /** Its common name; empty without TLS. */
  readonly certificate: string;
  readonly fingerprint: string;
  readonly sinceMs: number | null;
  /** The last thing that it said. */
  readonly heardMs: number | null;
}

/** What an operator says of a node; what is empty is as it would be without. */
export interface OverrideView {
  /** Number of the node, such as `!0000002a`. */
  readonly key: string;
  readonly callsign: string;
  readonly team: string;
  readonly role: string;
  readonly type: string;
  /** At which console. */
  readonly console: string;
  readonly atMs: number;
}

export interface NodeView {
  readonly key: string;
  /** Such as `!0000002a`. */
  readonly node: string;
  readonly mesh: string;
  readonly longName: string;
  readonly shortName: string;
  readonly role: string;
  /** The attached radio itself. */
  readonly own: boolean;
  readonly viaMqtt: boolean;
  readonly heardMs: number;
  /** Who heard it last. */
  readonly agent: string;
  /** How many agents know it. */
  readonly agents: number;
  /** Those it was heard in since the console watches. */
  readonly dialects: readonly DialectText[];
  /** Percent; 101 = external power. */
  readonly battery: number | null;
  readonly snrDb: number | null;
  readonly rssiDbm: number | null;
  readonly hops: number | null;
  readonly position: PositionView | null;
  readonly tak: { readonly uid: string; readonly callsign: string; readonly team: string } | null;
  readonly visibility: VisibilityView;
}

interface PositionView {
  /** Degrees WGS84. */
  readonly lat: number;
  readonly lon: number;
  readonly altitudeM: number | null;
  readonly atMs: number;
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
  readonly atMs: number | null;
}

/** Something with a place on the map of TAK: a person, a marker, a shape, a route. */
export interface UnitView {
  readonly key: string;
  readonly uid: string;
  readonly callsign: string;
  readonly kind: KindName | '';
  readonly type: string;
  readonly team: string;
  readonly role: string;
  readonly from: 'mesh' | 'tak';
  /** The mesh it was heard on, or the TAK link it came over. */
  readonly over: string;
  /** Empty when it came from TAK. */
  readonly node: string;
  /** Degrees WGS84; null without a position yet. */
  readonly lat: number | null;
  readonly lon: number | null;
  readonly outline: OutlineView | null;
  readonly heardMs: number;
  readonly staleMs: number;
}

export interface OutlineView {
  /** Latitude and longitude, degrees WGS84. */
  readonly points: readonly (readonly [lat: number, lon: number])[];
  readonly closed: boolean;
  /** `#rrggbb`; empty when the event names none. */
  readonly colour: string;
}

export interface AlarmView {
  readonly key: string;
  readonly uid: string;
  readonly callsign: string;
  /** Such as `911 Alert`. */
  readonly what: string;
  readonly from: 'mesh' | 'tak';
  readonly over: string;
  readonly node: string;
  readonly lat: number | null;
  readonly lon: number | null;
  readonly firstMs: number;
  readonly lastMs: number;
  /** Until when the last call holds. */
  readonly staleMs: number;
  /** How often it was heard since `firstMs`. */
  readonly times: number;
  readonly cancelledMs: number | null;
  readonly acknowledged: { readonly by: string; readonly atMs: number } | null;
}

export interface ChatView {
  readonly key: string;
  readonly sender: string;
  readonly room: string;
  readonly text: string;
  readonly from: 'mesh' | 'tak';
  readonly over: string;
  readonly heardMs: number;
}

export interface OutcomeView {
  readonly key: string;
  /** Counts up: those of the same time stay in their order. */
  readonly order: number;
  readonly owner: string;
  readonly destination: string;
  readonly reason: ReasonText;
  readonly detail: string;
  readonly atMs: number;
  readonly kind: KindName | '';
  readonly uid: string;
  readonly callsign: string;
  readonly mesh: string;
  /** Empty when the item came from TAK. */
  readonly node: string;
  readonly port: number;
}

interface RouteView {
  readonly key: string;
  readonly name: string;
  readonly uid: string;
  readonly fileName: string;
  /** Who gives it out. */
  readonly packager: string;
  readonly sizeBytes: number;
  readonly points: number;
  readonly atMs: number;
}
