import { describe, expect, it } from 'vitest';
import { checkObjects } from '../../lib/check/check-objects';
import { BackingService, Config, Duration, GracefulShutdown, Health, Image, type Profile, Scale, Secrets, SecretValue, type TwelveFactorApp, Web, Worker } from '../../lib/index';
import { synthesize } from './synthesize';

/** One of everything, as a person writes it: nothing is set that has a default. */
function shop(app: TwelveFactorApp): void {
  const image = Image.reference('registry.example.com/shop:1.4.2');
  const config = new Config(app, 'config', { LOG_LEVEL: { default: 'info' } });
  const keys = new Secrets(app, 'keys', { SESSION_KEY: SecretValue.generated() });
  const db = BackingService.mariadb(app, 'db');
  const cache = BackingService.redis(app, 'cache');
  const web = new Web(app, 'web', { image, port: 8080, env: [config, keys, db, cache], health: Health.http('/healthz'), shutdown: GracefulShutdown.node({ longestRequest: Duration.seconds(30) }) });
  web.expose('shop.example.com');
  new Web(app, 'api', { image, port: 8081, health: Health.http('/healthz'), shutdown: GracefulShutdown.node({ longestRequest: Duration.seconds(30) }), scale: Scale.between(2, 10).onCpu(70) });
  new Worker(app, 'mailer', { image, command: ['node', 'mailer.js'], env: [config, db] });
}

describe.each<Profile>(['standard', 'small-host', 'restricted', 'autopilot'])('constructs with the profile %s', (profile) => {
  it('have no finding', () => {
    const objects = synthesize(shop, { environments: { only: { profile } } });
    expect(objects.length).toBeGreaterThan(10);
    expect(checkObjects(objects).map(({ rule, object, field, message }) => `${rule} ${object.kind} ${object.metadata.name} ${field}: ${message}`)).toEqual([]);
  });
});

it('with the profile restricted may run in a namespace that enforces the Pod Security Standard of that name', () => {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } };
  const objects = synthesize(shop, { environments: { only: { profile: 'restricted', namespace: 'shop' } } });
  expect(checkObjects([namespace, ...objects]).filter(({ rule }) => rule === 'pod-security').map(({ object, message }) => `${object.metadata.name}: ${message}`)).toEqual([]);
});
