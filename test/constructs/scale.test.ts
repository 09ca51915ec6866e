import { describe, expect, it } from 'vitest';
import { Image, Scale, Web, Worker, type TwelveFactorApp } from '../../lib/index';
import { ofKind, synthesize } from './synthesize';

const image = Image.reference('shop:1.4.2');
const web = (scale?: Scale) => synthesize((app) => new Web(app, 'web', { image, port: 8080, scale }));

describe('a fixed number of copies', () => {
  it('of two or more may lose one at a time, and is spread over hosts and zones where there are any', () => {
    const objects = web(Scale.fixed(3));
    const selector = { matchLabels: { 'app.kubernetes.io/name': 'shop', 'app.kubernetes.io/component': 'web' } };
    expect(ofKind(objects, 'Deployment').spec.replicas).toBe(3);
    expect(ofKind(objects, 'PodDisruptionBudget').spec).toEqual({ maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow', selector });
    expect(ofKind(objects, 'Deployment').spec.template.spec.topologySpreadConstraints).toEqual([
      { maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: selector },
      { maxSkew: 1, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: selector },
    ]);
  });

  it('of one has no budget, which would keep its host from ever being emptied', () => {
    const objects = web(Scale.fixed(1));
    expect(ofKind(objects, 'PodDisruptionBudget')).toBeUndefined();
    expect(ofKind(objects, 'Deployment').spec.template.spec.topologySpreadConstraints).toBeUndefined();
  });

  it('leaves both out where the program says so', () => {
    const objects = web(Scale.fixed(2, { disruptionBudget: false, spread: false }));
    expect(objects.map(({ kind }) => kind)).toEqual(['Deployment', 'Service']);
    expect(ofKind(objects, 'Deployment').spec.template.spec.topologySpreadConstraints).toBeUndefined();
  });
});

describe('an automatic number of copies', () => {
  it('is an autoscaler\'s, and the Deployment says none', () => {
    const objects = web(Scale.between(2, 10).onCpu(60).onMemory(80).onMetric('requests_per_second', '100').onExternalMetric('queue_length', '30', { queue: 'mails' }));
    expect('replicas' in ofKind(objects, 'Deployment').spec).toBe(false);
    const { scaleTargetRef, minReplicas, maxReplicas, metrics } = ofKind(objects, 'HorizontalPodAutoscaler').spec;
    expect({ scaleTargetRef, minReplicas, maxReplicas }).toEqual({ scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop-web' }, minReplicas: 2, maxReplicas: 10 });
    expect(metrics).toEqual([
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } },
      { type: 'Resource', resource: { name: 'memory', target: { type: 'Utilization', averageUtilization: 80 } } },
      { type: 'Pods', pods: { metric: { name: 'requests_per_second' }, target: { type: 'AverageValue', averageValue: '100' } } },
      { type: 'External', external: { metric: { name: 'queue_length', selector: { matchLabels: { queue: 'mails' } } }, target: { type: 'AverageValue', averageValue: '30' } } },
    ]);
    expect(ofKind(objects, 'PodDisruptionBudget')).toBeDefined();
  });

  it('looks at 70 percent of the CPU unless something else is said, and may begin with one copy', () => {
    const objects = synthesize((app) => new Worker(app, 'mailer', { image, scale: Scale.between(1, 5) }));
    expect(ofKind(objects, 'HorizontalPodAutoscaler').spec.metrics).toMatchObject([{ resource: { name: 'cpu', target: { averageUtilization: 70 } } }]);
    expect(ofKind(objects, 'PodDisruptionBudget')).toBeUndefined();
    expect(ofKind(objects, 'Deployment').spec.template.spec.topologySpreadConstraints).toHaveLength(2);
  });

  it('contradicts itself in no way that can be written', () => {
    expect(() => Scale.between(0, 3)).toThrow(/whole number from 1/);
    expect(() => Scale.between(3, 3)).toThrow(/write Scale\.fixed\(3\)/);
    expect(() => Scale.between(1, 2).onCpu(0.7)).toThrow(/write for example onCpu\(70\)/);
  });
});

describe('a Web', () => {
  it('has further ports under their names', () => {
    const objects = synthesize((app) => new Web(app, 'web', { image, port: 8080, ports: { metrics: 9090 } }).expose({ port: 8000 }));
    expect(ofKind(objects, 'Deployment').spec.template.spec.containers[0].ports).toEqual([{ name: 'http', containerPort: 8080 }, { name: 'metrics', containerPort: 9090 }]);
    expect(ofKind(objects, 'Service').spec.ports).toEqual([{ name: 'http', port: 8000, targetPort: 'http' }, { name: 'metrics', port: 9090, targetPort: 'metrics' }]);
    expect(() => synthesize((app) => new Web(app, 'web', { image, port: 8080, ports: { 'too-long-a-port-name': 1 } }))).toThrow(/at most 15/);
    expect(() => synthesize((app) => new Web(app, 'web', { image, port: 8080, ports: { metrics: 8080 } }))).toThrow(/port 8080 is called both http and metrics/);
  });

  it('keeps a client at one copy for a stated reason only', () => {
    const sticky = (reason: string) => synthesize((app) => new Web(app, 'web', { image, port: 8080, stickySessions: { reason } }));
    expect(ofKind(sticky('carts are in memory'), 'Service')).toMatchObject({
      metadata: { annotations: { 'twelve-factor.dev/sticky-sessions-reason': 'carts are in memory' } }, spec: { sessionAffinity: 'ClientIP' },
    });
    expect(() => sticky(' ')).toThrow(/stickySessions needs its reason/);
  });

  const expose = (...words: readonly [string | readonly string[], object?]) => ofKind(synthesize((app) => new Web(app, 'web', { image, port: 8080 }).expose(...words)), 'Ingress');

  it('is reachable under a host name', () => {
    expect(expose('shop.example.com')).toMatchObject({
      metadata: { name: 'shop-web' },
      spec: { rules: [{ host: 'shop.example.com', http: { paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'shop-web', port: { name: 'http' } } } }] } }] },
    });
    expect(expose('shop.example.com').spec.tls).toBeUndefined();
    expect(() => expose('https://shop.example.com')).toThrow(/without scheme, port and path/);
    expect(() => expose('shop.example.com', { path: 'api' })).toThrow(/write "\/api"/);
  });

  it('has a certificate that exists, or one that cert-manager makes', () => {
    expect(expose(['a.example.com', '*.example.com'], { tls: { secret: 'own' }, ingressClass: 'edge' }).spec).toMatchObject({ ingressClassName: 'edge', tls: [{ hosts: ['a.example.com', '*.example.com'], secretName: 'own' }] });
    expect(expose('shop.example.com', { tls: { clusterIssuer: 'letsencrypt' }, annotations: { 'a/b': 'c' } })).toMatchObject({
      metadata: { annotations: { 'cert-manager.io/cluster-issuer': 'letsencrypt', 'a/b': 'c' } }, spec: { tls: [{ secretName: 'shop-web-tls' }] },
    });
    expect(expose('shop.example.com', { tls: { issuer: 'ours' } }).metadata.annotations).toEqual({ 'cert-manager.io/issuer': 'ours' });
  });
});

describe('names', () => {
  const nested = (build: (app: TwelveFactorApp) => void) => () => synthesize(build);

  it('of two constructs that would be the same are refused with both paths', () => {
    expect(nested((app) => {
      new Worker(app, 'a-b', { image });
      new Worker(new Worker(app, 'a', { image }), 'b', { image });
    })).toThrow('shop/a/b: its objects would be called shop-a-b, as those of shop/a-b are; give one of them another id');
  });

  it('of nested constructs tell them apart in selectors, too', () => {
    const objects = synthesize((app) => new Worker(new Worker(app, 'a', { image }), 'b', { image }));
    expect(objects.filter(({ kind }) => kind === 'Deployment').map(({ spec }) => spec.selector.matchLabels['app.kubernetes.io/component'])).toEqual(['a', 'a-b']);
  });
});
