import { describe, expect, it } from 'vitest';
import { type ExposeOptions, Config, Duration, GracefulShutdown, Health, Image, Scale, Web, Worker } from '../../lib/index';
import { ofKind, synthesize } from './synthesize';

const image = Image.reference('nginx:1.22');

describe('Web', () => {
  it('is a Deployment and a Service that selects exactly its pods', () => {
    const objects = synthesize((app) => new Web(app, 'web', { image, port: 8080 }));
    const deployment = ofKind(objects, 'Deployment');
    const service = ofKind(objects, 'Service');
    expect(deployment.metadata.name).toBe('shop-web');
    expect(deployment.spec.template.metadata.labels).toMatchObject(service.spec.selector);
    expect(deployment.spec.selector.matchLabels).toEqual(service.spec.selector);
    expect(service.spec).toMatchObject({ type: 'ClusterIP', ports: [{ port: 80, targetPort: 'http' }] });
    expect(deployment.spec.template.spec.containers[0].ports).toEqual([{ name: 'http', containerPort: 8080 }]);
  });

  it('adds a new copy before it takes an old one away', () => {
    const { spec } = ofKind(synthesize((app) => new Web(app, 'web', { image, port: 80 })), 'Deployment');
    expect(spec.strategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } });
  });

  it('stops Apache gracefully, in a grace period that covers it', () => {
    const shutdown = GracefulShutdown.apache({ longestRequest: Duration.seconds(30) });
    const { spec } = ofKind(synthesize((app) => new Web(app, 'web', { image, port: 80, shutdown })), 'Deployment').spec.template;
    expect(spec.terminationGracePeriodSeconds).toBe(40);
    expect(spec.containers[0].lifecycle.preStop.exec.command).toEqual(['sh', '-c', 'sleep 3; apachectl -k graceful-stop; sleep 30']);
  });

  it('asks the path for readiness and only the port for liveness', () => {
    const [container] = ofKind(synthesize((app) => new Web(app, 'web', { image, port: 80, health: Health.http('/healthz') })), 'Deployment').spec.template.spec.containers;
    expect(container.readinessProbe.httpGet).toEqual({ path: '/healthz', port: 'http' });
    expect(container.livenessProbe.tcpSocket).toEqual({ port: 'http' });
    expect(container.livenessProbe.httpGet).toBeUndefined();
  });

  it('is exposed through a LoadBalancer on port 80, or as it is told', () => {
    const expose = (options?: ExposeOptions) => ofKind(synthesize((app) => new Web(app, 'web', { image, port: 8080 }).expose(options)), 'Service').spec;
    expect(expose()).toMatchObject({ type: 'LoadBalancer', ports: [{ name: 'http', port: 80, targetPort: 'http' }] });
    expect(expose({ type: 'NodePort', port: 8000, nodePort: 30080 })).toMatchObject({ type: 'NodePort', ports: [{ name: 'http', port: 8000, targetPort: 'http', nodePort: 30080 }] });
  });

  it('takes less of a small host', () => {
    const options = { environments: { dev: { profile: 'small-host' as const } } };
    const { spec } = ofKind(synthesize((app) => new Web(app, 'web', { image, port: 80 }), options), 'Deployment');
    expect(spec.replicas).toBe(1);
    expect(spec.template.spec.containers[0].resources.requests).toEqual({ cpu: '25m', memory: '64Mi' });
  });

  it('refuses what contradicts itself, and names the fix', () => {
    expect(() => synthesize((app) => new Web(app, 'web', { image, port: 0 }))).toThrow(/Web "web": port 0 is not a whole number from 1 to 65535/);
    expect(() => synthesize((app) => {
      const web = new Web(app, 'web', { image, port: 80 });
      web.expose();
      web.expose();
    })).toThrow(/exposed already; give expose\(\) all options at once/);
    expect(() => Image.reference('nginx')).toThrow(/write nginx:<version>/);
    expect(() => Scale.fixed(1.5)).toThrow(/whole number/);
    expect(() => Health.http('healthz')).toThrow(/write "\/healthz"/);
    expect(() => GracefulShutdown.nginx({ margin: Duration.seconds(0) })).toThrow(/leave it out for 7 s/);
    expect(() => synthesize((app) => new Worker(app, 'mailer', { image, health: Health.tcp() }))).toThrow(/make it a Web/);
  });

  it('refuses a variable that comes from two sources', () => {
    expect(() => synthesize((app) => {
      const env = [new Config(app, 'one', { LOG_LEVEL: 'info' }), new Config(app, 'two', { LOG_LEVEL: 'debug' })];
      new Web(app, 'web', { image, port: 80, env });
    })).toThrow(/LOG_LEVEL comes from both "one" and "two"/);
  });
});

describe('Worker', () => {
  it('is a Deployment without a Service that ends on SIGTERM', () => {
    const objects = synthesize((app) => new Worker(app, 'mailer', { image, command: ['node', 'mailer.js'] }));
    expect(ofKind(objects, 'Service')).toBeUndefined();
    const { spec } = ofKind(objects, 'Deployment').spec.template;
    expect(spec.containers[0]).toMatchObject({ name: 'mailer', command: ['node', 'mailer.js'] });
    expect(spec.containers[0].lifecycle).toBeUndefined();
  });
});
