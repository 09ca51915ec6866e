import { describe, expect, it } from 'vitest';
import { checkObjects } from '../../lib/check/check-objects';
import {
  BackingService, Config, Duration, Files, GracefulShutdown, Health, Image, LogSidecar, type Profile, ReleaseTask, Scale, ScheduledJob, Secrets, SecretValue, StatefulService, type TwelveFactorApp, Web, Worker,
} from '../../lib/index';
import { synthesize } from './synthesize';

/** One of everything, as a person writes it: nothing is set that has a default. */
function shop(app: TwelveFactorApp): void {
  const image = Image.reference('registry.example.com/shop:1.4.2');
  const config = new Config(app, 'config', { LOG_LEVEL: { default: 'info' } });
  const keys = new Secrets(app, 'keys', { SESSION_KEY: SecretValue.generated() });
  const db = BackingService.mariadb(app, 'db');
  const services = [
    db, BackingService.postgresql(app, 'reports'), BackingService.redis(app, 'cache'), BackingService.memcached(app, 'sessions'), BackingService.rabbitmq(app, 'queue'),
    BackingService.s3(app, 'files'), BackingService.smtp(app, 'mail'),
  ];
  const health = Health.http('/healthz');
  const shutdown = GracefulShutdown.node({ longestRequest: Duration.seconds(30) });
  const web = new Web(app, 'web', { image, port: 8080, env: [config, keys, ...services], health, shutdown, attach: [LogSidecar.follow(['/var/log/shop/access.log'])] });
  web.expose('shop.example.com');
  new Web(app, 'api', { image, port: 8081, health, shutdown, scale: Scale.between(2, 10).onCpu(70) });
  new Worker(app, 'mailer', { image, command: ['node', 'mailer.js'], env: [config, db], attach: [Files.folder(app, 'templates', '/etc/shop', { 'mail.html': '<p>hello</p>' })] });
  new StatefulService(app, 'search', { image, port: 7000, data: { path: '/data' }, copies: 3 });
  new ReleaseTask(app, 'migrate', { image, command: ['node', 'migrate.js'], env: [db] });
  new ScheduledJob(app, 'clean', { image, command: ['node', 'clean.js'], env: [db], schedule: '0 3 * * *' });
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
