import { describe, expect, it } from 'vitest';
import { stagesOf } from '../../lib/apply/stages';
import type { KubeObject } from '../../lib/api/types';

const item = (kind: string, name: string, { labels, after }: { readonly labels?: Record<string, string>; readonly after?: string } = {}) => ({
  source: `${name}.yaml:1`, object: { apiVersion: 'v1', kind, metadata: { name, namespace: 'shop', labels, ...(after && { annotations: { 'twelve-factor.dev/depends-on': after } }) } } as KubeObject,
});
const shown = (stages: ReturnType<typeof stagesOf>) => stages.map(({ name, items, awaited }) => `${name}: ${items.map(({ object }) => object.metadata.name).join(' ')}${awaited.length > 0 ? ` (waits for ${awaited.map(({ object }) => object.metadata.name).join(' ')})` : ''}`);
const task = { 'twelve-factor.dev/release-task': 'true' };
const backing = { 'twelve-factor.dev/backing-service': 'mysql' };

describe('the stages of an apply', () => {
  it('go by kind, and nobody waits for what nobody needs', () => {
    const stages = stagesOf([item('Ingress', 'edge'), item('Deployment', 'web'), item('Deployment', 'db', { labels: backing }), item('Service', 'web'), item('ConfigMap', 'config'), item('Namespace', 'shop')]);
    expect(shown(stages)).toEqual(['foundation: shop (waits for shop)', 'configuration: config web', 'backing services: db', 'processes: web', 'entrances: edge']);
  });

  it('put release tasks behind ready backing services and before every process', () => {
    const stages = stagesOf([item('Deployment', 'web'), item('Job', 'migrate', { labels: task }), item('Job', 'import'), item('Deployment', 'db', { labels: backing }), item('Secret', 'db')]);
    expect(shown(stages)).toEqual(['configuration: db', 'backing services: db (waits for db)', 'release tasks: migrate (waits for migrate)', 'processes: web import']);
  });

  it('follow what objects say they depend on, also against the kinds', () => {
    const stages = stagesOf([
      item('Deployment', 'web', { after: 'Deployment/api' }), item('Deployment', 'api', { after: 'Deployment/auth, Secret/keys' }), item('Deployment', 'auth'), item('Secret', 'keys'), item('ConfigMap', 'late', { after: 'Deployment/auth' }),
    ]);
    expect(shown(stages)).toEqual(['configuration: keys (waits for keys)', 'processes: auth (waits for auth)', 'processes: late api (waits for api)', 'processes: web']);
  });

  it('bring what a release task depends on before it, and every other process after it', () => {
    const stages = stagesOf([
      item('Deployment', 'web'), item('Deployment', 'auth'), item('Deployment', 'search', { after: 'Deployment/auth' }), item('Job', 'index', { labels: task, after: 'Deployment/search, Job/migrate' }), item('Job', 'migrate', { labels: task }),
    ]);
    expect(shown(stages)).toEqual([
      'backing services: auth (waits for auth)', 'backing services: search (waits for search)', 'release tasks: migrate (waits for migrate)', 'release tasks: index (waits for index)', 'processes: web',
    ]);
  });

  it('cannot be made of a circle, or of what is not there', () => {
    expect(() => stagesOf([item('Deployment', 'a', { after: 'Deployment/b' }), item('Deployment', 'b', { after: 'Deployment/a' })])).toThrow(/wait for each other: Deployment a → Deployment b → Deployment a/);
    expect(() => stagesOf([item('Deployment', 'a', { after: 'Deployment/x' })])).toThrow(/a\.yaml:1: Deployment a depends on Deployment x .* not part of this apply/);
  });
});
