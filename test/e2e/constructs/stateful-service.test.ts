import { beforeAll, describe, expect, it } from 'vitest';
import { useApplication } from '../harness/application';
import { defaultKubectl, explainFailure } from '../harness/case';

describe.skipIf(!defaultKubectl)('StatefulService (skipped without kubectl)', () => {
  const { kubectl, twelve, write } = useApplication('stateful');
  const on = (copy: number, script: string) => kubectl(['exec', `shop-store-${copy}`, '--', 'sh', '-c', script]);

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
    expect(await on(1, 'wget -qO- http://shop-store-0.shop-store-pods:7000/name')).toBe('I am shop-store-0\n');
    expect(await on(0, 'wget -qO- http://shop-store-1.shop-store-pods:7000/name')).toBe('I am shop-store-1\n');
    expect(await on(0, 'wget -qO- http://shop-store:7000/name')).toMatch(/^I am shop-store-[01]\n$/);
  });

  it('keeps the data of each copy when its pod is another one', async () => {
    explainFailure(kubectl);
    await on(0, 'echo zero > /data/kept');
    await on(1, 'echo one > /data/kept');
    await kubectl('delete pod shop-store-0 shop-store-1');
    await kubectl('rollout status statefulset shop-store --timeout=180s');
    expect(await on(0, 'cat /data/kept') + await on(1, 'cat /data/kept')).toBe('zero\none\n');
  });

  it('keeps it when the application is applied again', async () => {
    explainFailure(kubectl);
    expect(await twelve(['apply'])).toContain('nothing had to change');
    expect(await on(0, 'cat /data/kept')).toBe('zero\n');
    expect(await kubectl('get pvc -o jsonpath={.items[*].metadata.name}')).toBe('data-shop-store-0 data-shop-store-1');
  });
});
