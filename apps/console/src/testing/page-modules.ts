/** The pure parts of the page, which is plain JavaScript, with the types that tests need. */
import type {
  AlarmView,
  ClientView,
  CollectionName,
  Collections,
  NodeView,
  OutcomeView,
  OverrideView,
  UnitView,
  ViewChanges,
} from '../view.ts';

const load = async <M>(name: string): Promise<M> =>
  (await import(new URL(`../../assets/${name}.js`, import.meta.url).href)) as M;

export type Model = { about: ViewChanges['about'] | undefined } & {
  readonly [N in CollectionName]: Map<string, Collections[N]>;
};

export interface MapItem {
  readonly key: string;
  readonly label: string;
  readonly shape: string;
  readonly colour: string;
  readonly lat: number;
  readonly lon: number;
  readonly isStale: boolean;
  readonly unit?: UnitView;
  readonly node?: NodeView;
}

interface PlacedLabel {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly dy: number;
  readonly align: string;
}

interface Finding {
  readonly key: string;
  readonly tone: 'bad' | 'wait' | 'quiet';
  readonly text: string;
  readonly remedy: string;
}

export const { createModel, applyChanges, openAlarms } = await load<{
  createModel: () => Model;
  applyChanges: (model: Model, message: ViewChanges) => Set<CollectionName>;
  openAlarms: (model: Model) => AlarmView[];
}>('model');

export const { age, ago, battery, blur, metres, shown, isBlank, firstName, nodeName } = await load<{
  age: (ms: number) => string;
  ago: (ms: number) => string;
  battery: (value: number | null) => string;
  blur: (precisionBits: number) => string;
  metres: (m: number) => string;
  shown: (text: string) => string;
  isBlank: (text: string) => boolean;
  firstName: (...names: string[]) => string;
  nodeName: (node: Pick<NodeView, 'longName' | 'shortName'>) => string;
}>('words');

export const { mapItems, boundsOf } = await load<{
  mapItems: (model: Model, nowMs: number) => MapItem[];
  boundsOf: (items: readonly Pick<MapItem, 'lat' | 'lon'>[]) => [[number, number], [number, number]] | undefined;
}>('symbols');

export const { placeLabels } = await load<{
  placeLabels: (
    points: readonly { x: number; y: number; label: string }[],
    widthOf: (text: string) => number,
  ) => PlacedLabel[];
}>('labels');

export const { gridStep, gridLines, ringsOf } = await load<{
  gridStep: (spanDegrees: number) => number;
  gridLines: (from: number, to: number, step: number) => number[];
  ringsOf: (geojson: unknown) => { points: Float64Array; left: number; top: number; right: number; bottom: number }[];
}>('world');

export const { findings } = await load<{ findings: (model: Model) => Finding[] }>('attention');

export const { chosenNodes } = await load<{
  chosenNodes: (
    nodes: Model['nodes'],
    wish: { wanted: string; choice: string; order: string },
    nowMs: number,
  ) => NodeView[];
}>('nodes');

export const { namedOutcomes, chosenOutcomes } = await load<{
  namedOutcomes: (model: Model) => (OutcomeView & { nodeName: string })[];
  chosenOutcomes: <O extends OutcomeView>(outcomes: readonly O[], wish: { wanted: string; reason: string }) => O[];
}>('outcomes');

export const { listed } = await load<{ listed: (items: readonly MapItem[], wanted: string) => MapItem[] }>('units');

export const { reasons } = await load<{
  reasons: Record<string, { tone: string; text: string; meaning: string }>;
}>('reasons');

export interface AirRow {
  readonly key: string;
  readonly kind: string;
  readonly airText: string;
  readonly airNote: string;
  readonly tone: string;
  readonly packets: number;
  readonly refused: string;
}

export const { airRows } = await load<{ airRows: (model: Model) => AirRow[] }>('air');

export const { connectedClients, shortPrint } = await load<{
  connectedClients: (model: Model) => ClientView[];
  shortPrint: (fingerprint: string) => string;
}>('clients');

interface Label {
  readonly label?: string;
  readonly text?: string;
  readonly note?: string;
}

export const { certificateState } = await load<{
  certificateState: (certificate: { revoked: boolean; validToMs: number | null }, nowMs: number) => Label;
}>('certificates');

interface SettingRow {
  readonly path: string;
  readonly value: string;
  readonly source: string;
}

export const { chosenSettings, sourceCell } = await load<{
  chosenSettings: (settings: readonly SettingRow[], wish: { wanted: string; choice: string }) => SettingRow[];
  sourceCell: (source: string) => Label;
}>('settings');

export const { overrideText } = await load<{ overrideText: (override: OverrideView | undefined) => string }>(
  'overrides',
);

export const { identityRows } = await load<{
  identityRows: (model: Model) => { key: string; node: string; state: string; name: string }[];
}>('identity');

export const { answerLines, egressNames, verdictText } = await load<{
  answerLines: (egress: string, subjects: readonly unknown[]) => { label: string; title: string; cause: string }[];
  egressNames: (model: Model) => string[];
  verdictText: (node: Pick<NodeView, 'visibility'>) => string;
}>('why');

export const { modulesPath } = await load<{ modulesPath: (rows: readonly string[]) => string }>('elements');

/** What a page holds that was told all of this at once. */
export const modelOf = (changes: ViewChanges): Model => {
  const model = createModel();
  applyChanges(model, changes);
  return model;
};
