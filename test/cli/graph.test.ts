import { describe, expect, it } from 'vitest';
import { constructGraph, objectGraph } from '../../apps/cli/graph/build-graph';
import { toDot } from '../../apps/cli/graph/dot';
import { toMermaid } from '../../apps/cli/graph/mermaid';
import type { Manifest } from '../../lib/apply/load/manifest';
import { parseManifests } from '../../lib/apply/load/parse-manifests';

const YAML = `
{ apiVersion: v1, kind: Service, metadata: { name: web }, spec: { selector: { app: web }, ports: [{ port: 80 }] } }
---
{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: web }, spec: { rules: [{ http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 80 } } } }] } }] } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, annotations: { twelve-factor.dev/depends-on: Job/migrate } }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      volumes: [{ name: data, persistentVolumeClaim: { claimName: data } }, { name: files, configMap: { name: settings } }]
      containers: [{ name: web, image: nginx:1.22, env: [{ name: A, valueFrom: { secretKeyRef: { name: keys, key: a } } }, { name: B, valueFrom: { configMapKeyRef: { name: settings, key: b } } }] }]
---
{ apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: { name: web }, spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web }, maxReplicas: 3 } }
---
{ apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: { name: web }, spec: { maxUnavailable: 1, selector: { matchExpressions: [{ key: app, operator: Exists }] } } }
---
{ apiVersion: v1, kind: ConfigMap, metadata: { name: settings }, data: { b: "1" } }
---
{ apiVersion: batch/v1, kind: Job, metadata: { name: migrate }, spec: { template: { spec: { restartPolicy: Never, containers: [{ name: m, image: 'x:1' }] } } } }
`;

const manifests = parseManifests(YAML, 'web.yaml');
const arrows = ({ edges }: { readonly edges: readonly { readonly from: string; readonly to: string; readonly label: string }[] }) => edges.map(({ from, to, label }) => `${from} ${label} ${to}`).sort();

/** As a program's objects come: with the construct that made each. */
const made = (paths: Readonly<Record<string, string>>): readonly Manifest[] => manifests.map((manifest) => ({
  ...manifest, origin: { kind: 'construct', path: paths[manifest.object.kind] ?? 'shop/web/other', trace: [] },
}));

describe('the graph of objects', () => {
  it('has an arrow wherever one names, selects or waits for another, also where that is somebody else\'s', () => {
    expect(arrows(objectGraph(manifests))).toEqual([
      'Deployment/web after Job/migrate', 'Deployment/web data PersistentVolumeClaim/data', 'Deployment/web env Secret/keys', 'Deployment/web env, files ConfigMap/settings',
      'HorizontalPodAutoscaler/web scales Deployment/web', 'Ingress/web routes Service/web', 'PodDisruptionBudget/web protects Deployment/web', 'Service/web selects Deployment/web',
    ]);
  });

  it('puts the objects of a construct into one box', () => {
    const mermaid = toMermaid(objectGraph(made({ Deployment: 'shop/web/deployment', Service: 'shop/web/service' })));
    expect(mermaid).toMatch(/^flowchart LR\n {2}subgraph g\d\["shop\/web"\]\n/);
    expect(mermaid).toContain('(["Service web"])');
    expect(toDot(objectGraph(made({})))).toMatch(/subgraph cluster_0 \{\n {4}label="shop\/web";|label="shop\/web";/);
  });
});

describe('the graph of constructs', () => {
  it('has a node for each, and only what goes from one to another', () => {
    const graph = constructGraph(made({ ConfigMap: 'shop/config/config-map', Job: 'shop/migrate/job' }));
    expect(graph.nodes.map(({ name, kind }) => `${kind} ${name}`)).toEqual(['Deployment web', 'ConfigMap config', 'Job migrate', 'Secret keys', 'PersistentVolumeClaim data']);
    expect(arrows(graph)).toEqual(['shop/web after shop/migrate', 'shop/web data PersistentVolumeClaim/data', 'shop/web env Secret/keys', 'shop/web env, files shop/config']);
  });
});

it('Graphviz draws it', async () => {
  const { instance } = await import('@viz-js/viz');
  expect((await instance()).renderString(toDot(objectGraph(manifests)), { format: 'svg' })).toContain('</svg>');
});
