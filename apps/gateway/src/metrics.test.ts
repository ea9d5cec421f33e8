/** docs/METRICS.md, the dashboard and the alert rules against the code, and the page that Prometheus reads. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGauges, createCount, createMetrics, gaugeNames, startHealth } from '@cotbus/service';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const page = read('docs/METRICS.md');

/** First cells of the rows of tables, such as `cotbus_outcome_<reason>_total`. */
const documented = [...page.matchAll(/^\| `(cotbus_[a-z0-9_<>]+)`/gm)].map(([, name = '']) => name);
const counters = documented.filter((name) => name.endsWith('_total'));
const gauges = documented.filter((name) => !name.endsWith('_total'));

/** What a name that is made while it is counted looks like. */
const asPattern = (name: string): string => name.replaceAll(/<[a-z]+>|\$\{[^}]*\}/g, '*');

const isRuntime = (file: string): boolean =>
  file.endsWith('.ts') && !/\.test\.ts$|\.bench\.ts$|(?:^|\/)(?:testing|gen)\//.test(file.replaceAll('\\', '/'));

/** Names of counters as they stand in the sources. */
const counted = ['apps', 'libs'].flatMap((folder) =>
  readdirSync(join(root, folder)).flatMap((project) => {
    const source = join(root, folder, project, 'src');
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(isRuntime);
    // In quotes, not in the back-ticks of a comment: those of a template hold a place for something.
    return files.flatMap((file) =>
      [
        ...readFileSync(join(source, file), 'utf8').matchAll(
          /'([a-z0-9_]+_total)'|`([a-z0-9_]*\$\{[^}]*\}[a-z0-9_]*_total)`/g,
        ),
      ].map(([, plain, template]) => asPattern(`cotbus_${plain ?? template ?? ''}`)),
    );
  }),
);

const isCovered = (name: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => new RegExp(`^${pattern.replaceAll('*', '[a-z0-9_]+')}$`).test(name));

describe('the page of metrics', () => {
  it('has each counter of the code, and no other', () => {
    const patterns = counters.map(asPattern);
    expect([...new Set(counted)].filter((name) => !patterns.includes(name) && !isCovered(name, patterns))).toEqual([]);
    expect(patterns.filter((pattern) => !counted.includes(pattern))).toEqual([]);
    expect(new Set(documented).size).toBe(documented.length);
  });

  it('has each gauge of the code, and no other', () => {
    expect(gauges.toSorted()).toEqual(gaugeNames.map((name) => `cotbus_${name}`).toSorted());
  });

  it('has the labels of each gauge', async () => {
    const registry = createMetrics({ process: false });
    const set = createGauges(registry, 's', 'i');
    for (const name of gaugeNames) set(name, 1);
    for (const metric of await registry.getMetricsAsJSON()) {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${metric.name}\``)) ?? '';
      const more = [...(row.split('|')[2] ?? '').matchAll(/`([a-z]+)`/g)].map(([, label]) => label);
      const known = registry.getSingleMetric(metric.name) as unknown as { readonly labelNames: readonly string[] };
      expect([metric.name, ...known.labelNames]).toEqual([metric.name, 'service', 'instance', ...more]);
    }
  });

  it('has each alert, and no other', () => {
    const rules = parse(read('deploy/observability/alerts.yml')) as { groups: { rules: { alert: string }[] }[] };
    const names = rules.groups.flatMap((group) => group.rules.map(({ alert }) => alert));
    const rows = [...page.slice(page.indexOf('| alert ')).matchAll(/^\| `([A-Za-z]+)`/gm)].map(([, name]) => name);
    expect(rows).toEqual(names);
  });
});

describe('what watches Cotbus', () => {
  const folder = 'deploy/observability';
  const files = ['alerts.yml', 'grafana/cotbus.json'].map((file) => [file, read(join(folder, file))] as const);

  it.each(files)('%s asks for nothing that does not exist', (_, text) => {
    const asked = [...new Set([...text.matchAll(/\bcotbus_[a-z0-9_]+/g)].map(([name]) => name))];
    const patterns = documented.map(asPattern);
    expect(asked.length).toBeGreaterThan(5);
    expect(asked.filter((name) => !isCovered(name, patterns))).toEqual([]);
  });

  it('names only reasons that there are', async () => {
    const { reasonNames } = await import('@cotbus/contracts');
    const asked = files.flatMap(([, text]) => [...text.matchAll(/cotbus_outcome_([a-z_]+)_total/g)]);
    expect(asked.map(([, reason = '']) => reason).filter((reason) => !reasonNames.includes(reason as never))).toEqual(
      [],
    );
  });

  it('is read by the programs that it is for', () => {
    const dashboard = JSON.parse(read(join(folder, 'grafana/cotbus.json'))) as {
      panels: { id: number; type: string; targets?: { expr: string; datasource: { uid: string } }[] }[];
    };
    const [source] = (parse(read(join(folder, 'grafana/datasource.yml'))) as { datasources: { uid: string }[] })
      .datasources;
    const targets = dashboard.panels.flatMap((panel) => panel.targets ?? []);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    expect(new Set(targets.map(({ datasource }) => datasource.uid))).toEqual(new Set([source?.uid]));
    for (const { expr } of targets) expect(expr.split('(').length).toBe(expr.split(')').length);
    const compose = parse(read('docker-compose.yml'), { merge: true }) as {
      services: Record<string, { profiles: string[]; ports?: string[]; volumes?: (string | object)[] }>;
    };
    for (const name of ['prometheus', 'grafana']) {
      const service = compose.services[name];
      const { ports = [], volumes = [] } = service ?? {};
      expect(service?.profiles).toEqual(['observability']);
      // Nobody else on the network reads it.
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
      for (const volume of volumes.map(String).filter((text) => text.startsWith('./deploy'))) {
        expect(read(volume.split(':')[0] ?? '')).not.toBe('');
      }
    }
  });
});

describe('/metrics', () => {
  it('is what Prometheus reads: help and type before the samples, and the type fits the name', async () => {
    const registry = createMetrics({ process: true });
    createCount(registry, 'tak-egress', 'tak')('events_taken_total', 3);
    createGauges(registry, 'tak-egress', 'tak')('link_open', 1, { link: 'odd "name"\\ \n' });
    const health = await startHealth({ host: '127.0.0.1', port: 0, option: 'health.port', faults: () => [], registry });
    const response = await fetch(`http://127.0.0.1:${health.port}/metrics`);
    const text = await response.text();
    await health.close();
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const types = new Map<string, string>();
    for (const line of text.split('\n').filter(Boolean)) {
      const [, name = '', type = ''] = /^# TYPE (\S+) (counter|gauge|histogram|summary)$/.exec(line) ?? [];
      if (name !== '') types.set(name, type);
      if (line.startsWith('#')) continue;
      const sample =
        /^([a-z_][a-z0-9_]*)(\{(?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)*\})? (?:NaN|[+-]?(?:Inf|[\d.e+-]+))$/i.exec(line);
      expect(sample?.[1] ?? line).toMatch(/^(?:cotbus|process|nodejs)_/);
      const of = (sample?.[1] ?? '').replace(/_(?:bucket|sum|count)$/, '');
      expect(types.has(of) || types.has(sample?.[1] ?? '')).toBe(true);
    }
    expect(types.get('cotbus_events_taken_total')).toBe('counter');
    expect(types.get('cotbus_link_open')).toBe('gauge');
    expect(text).toContain('cotbus_events_taken_total{service="tak-egress",instance="tak"} 3');
  });
});
