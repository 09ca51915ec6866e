import { beforeAll, describe, expect, it } from 'vitest';
import { useApplication } from '../harness/application';
import { defaultKubectl, explainFailure } from '../harness/case';
import { eventually } from '../harness/eventually';

describe.skipIf(!defaultKubectl)('StatefulService (skipped without kubectl)', () => {
  const { kubectl, twelve, write } = useApplication('stateful');
  const on = (copy: number, script: string) => kubectl(['exec', `shop-store-${copy}`, '--', 'sh', '-c', script]);
  /** Names and rules follow a moment after a copy has got ready. */
  const ask = (copy: number, url: string) => eventually(`copy ${copy} reaches ${url}`, () => on(copy, `wget -qO- ${url}`));

  beforeAll(async () => {
    write('main.ts', `
      import { Duration, GracefulShutdown, Health, Image, Size, StatefulService, TwelveFactorApp } from 'cdk8s-twelve-factor';
      const app = new TwelveFactorApp('shop', { environments: { dev: { profile: 'small-host' } } });
      new StatefulService(app, 'store', {
        image: Image.reference('busybox:1.35'), port: 7000, copies: 2, data: { path: '/data', size: Size.mebibytes(16) },
        command: ['sh', '-c', 'trap exit TERM; echo "I am $HOSTNAME" > /data/name; httpd -p 7000 -h /data; while :; do sleep 0.2; done'],
        health: Health.tcp({ interval: Duration.seconds(1), timeout: Duration.seconds(1) }),
        shutdown: GracefulShutdown.immediate({ longestRequest: Duration.seconds(1), margin: Duration.seconds(1) }),
      });
      app.synth();`);
    await twelve(['apply']);
  });

  it('has copies that find each other by name, and clients that find any', async () => {
    explainFailure(kubectl);
    expect(await ask(1, 'http://shop-store-0.shop-store-pods:7000/name')).toBe('I am shop-store-0\n');
    expect(await ask(0, 'http://shop-store-1.shop-store-pods:7000/name')).toBe('I am shop-store-1\n');
    expect(await ask(0, 'http://shop-store:7000/name')).toMatch(/^I am shop-store-[01]\n$/);
  });

  it('keeps the data of each copy when its pod is another one', async () => {
    explainFailure(kubectl);
    await on(0, 'echo zero > /data/kept');
    await on(1, 'echo one > /data/kept');
    await kubectl('delete pod shop-store-0 shop-store-1');
    // The status may still be that of the old pods.
    const kept = await eventually('both run again', async () => await on(0, 'cat /data/kept') + await on(1, 'cat /data/kept'));
    expect(kept).toBe('zero\none\n');
    await kubectl('rollout status statefulset shop-store --timeout=180s');
  });

  it('keeps it when the application is applied again', async () => {
    explainFailure(kubectl);
    expect(await twelve(['apply'])).toContain('nothing had to change');
    expect(await on(0, 'cat /data/kept')).toBe('zero\n');
    expect(await kubectl('get pvc -o jsonpath={.items[*].metadata.name}')).toBe('data-shop-store-0 data-shop-store-1');
  });
});
