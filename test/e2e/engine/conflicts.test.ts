import { describe, expect, it } from 'vitest';
import { useApplication } from '../harness/application';
import { defaultKubectl, explainFailure } from '../harness/case';
import { eventually } from '../harness/eventually';
import { expectInOrder } from '../harness/expect-in-order';

const config = (name: string, data: Readonly<Record<string, string>>, annotations?: Readonly<Record<string, string>>) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...(annotations && { annotations }) }, data });
const sleeper = (name: string, more: object = {}) => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name },
  spec: { replicas: 1, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'main', image: 'busybox:1.35', command: ['sleep', '3600'] }] } }, ...more },
});

describe.skipIf(!defaultKubectl)('an object that others write, too (skipped without kubectl)', () => {
  const { kubectl, write, namespace, try: attempt, twelve } = useApplication('conflicts');
  const apply = (name: string, objects: readonly object[], ...flags: readonly string[]) => {
    write(`${name}.json`, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
    return attempt(['apply', `${name}.json`, ...flags]);
  };
  const data = async (name: string) => JSON.parse(await kubectl(['get', 'configmap', name, '-o', 'jsonpath={.data}'])) as Readonly<Record<string, string>>;
  const patch = (name: string, text: object, manager: string) => kubectl(['patch', 'configmap', name, '--type', 'merge', '--field-manager', manager, '-p', JSON.stringify(text)]);

  it('is not changed where they disagree; field, owner and both values are named, and who decides can be chosen', async () => {
    explainFailure(kubectl);
    expect((await apply('chosen', [config('chosen', { a: '1', b: '1' })])).code).toBe(0);
    await patch('chosen', { data: { a: '7' } }, 'colleague');

    const refused = await apply('chosen', [config('chosen', { a: '2', b: '2' })]);
    expect(refused.code).toBe(1);
    expectInOrder(refused.err, [
      `ConfigMap ${namespace}/chosen (chosen.json:1): others have set fields that the program sets, too\n`, '  data.a: colleague has set 7, the program says 2\n',
      'take them over with --force-conflicts, or leave them to their owners: this time with --leave-conflicts, always with the annotation\n', 'twelve-factor.dev/leave-fields: data.a\n', 'nothing was changed',
    ]);
    expect(await data('chosen')).toEqual({ a: '7', b: '1' });
    expect(await twelve(['history', 'chosen'])).not.toMatch(/^2 /m);

    expect((await apply('chosen', [config('chosen', { a: '2', b: '2' })], '--leave-conflicts')).code).toBe(0);
    expect(await data('chosen')).toEqual({ a: '7', b: '2' });
    expect((await apply('chosen', [config('chosen', { a: '2', b: '2' })], '--leave-conflicts')).out).toContain('nothing had to change');

    expect((await apply('chosen', [config('chosen', { a: '2', b: '2' })], '--force-conflicts')).code).toBe(0);
    expect(await data('chosen')).toEqual({ a: '2', b: '2' });
    expect((await apply('chosen', [config('chosen', { a: '2', b: '2' })])).out).toContain('nothing had to change');
    expect((await apply('chosen', [config('chosen', { a: '2' })], '--force-conflicts', '--leave-conflicts')).err).toContain('give one of them');
  });

  it('keeps the fields that its annotation leaves to others, from the second apply on', async () => {
    const wanted = (a: string, b: string) => [config('left', { a, b }, { 'twelve-factor.dev/leave-fields': 'data.a' })];
    expect((await apply('left', wanted('1', '1'))).code).toBe(0);
    expect((await apply('left', wanted('2', '2'))).code).toBe(0);
    expect(await data('left')).toEqual({ a: '1', b: '2' }); // nobody has taken it yet, and it does not get lost
    await patch('left', { data: { a: '7' } }, 'colleague');
    expect((await apply('left', wanted('3', '3'))).code).toBe(0);
    expect(await data('left')).toEqual({ a: '7', b: '3' });
    expect((await apply('left', wanted('3', '3'))).out).toContain('nothing had to change');
    expect((await apply('left', [config('left', { a: '1' }, { 'twelve-factor.dev/leave-fields': 'data[' })])).err).toContain('"data[" is no path of a field');
  });

  it('keeps what an admission or a controller adds: it is no change, and stays', async () => {
    expect((await apply('mutated', [config('mutated', { a: '1' })])).code).toBe(0);
    await patch('mutated', { data: { added: 'x' }, metadata: { labels: { injected: 'yes' } } }, 'injector');
    expect((await apply('mutated', [config('mutated', { a: '1' })])).out).toContain('nothing had to change');
    expect(await attempt(['diff', 'mutated.json'])).toMatchObject({ code: 0, out: '' });
    expect((await apply('mutated', [config('mutated', { a: '2' })])).code).toBe(0);
    expect(await data('mutated')).toEqual({ a: '2', added: 'x' });
  });

  it('ends an apply when they write between its plan and its turn; the next one says who, and converges', async () => {
    explainFailure(kubectl);
    // The release task is the moment in between: it ends when the other has written.
    const task = (command: string) => ({
      apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'between', labels: { 'twelve-factor.dev/release-task': 'true' } },
      spec: { backoffLimit: 0, template: { spec: { restartPolicy: 'Never', volumes: [{ name: 'gate', configMap: { name: 'gate' } }], containers: [{ name: 'main', image: 'busybox:1.35', command: ['sh', '-c', command], volumeMounts: [{ name: 'gate', mountPath: '/gate' }] }] } } },
    });
    expect((await apply('raced', [sleeper('raced')])).code).toBe(0);
    const setImage = eventually('the task is there', async () => (await kubectl.try('get job between')).code === 0)
      .then(() => kubectl(['set', 'image', 'deployment/raced', 'main=nginx:1.22', '--field-manager', 'colleague'])).then(() => kubectl('create configmap gate'));
    const changed = sleeper('raced', { minReadySeconds: 1 });
    const { code, err } = await apply('raced', [task('true'), changed]);
    await setImage;
    expect(code, err).toBe(1);
    expectInOrder(err, [`Deployment ${namespace}/raced (raced.json:1): others have set fields`, 'spec.template.spec.containers[main].image: colleague has set nginx:1.22, the program says busybox:1.35', /applied before: Job [\w-]+\/between; correct it and apply again/]);
    expect(await kubectl('get deployment raced -o jsonpath={.spec.template.spec.containers[0].image}/{.spec.minReadySeconds}')).toBe('nginx:1.22/');

    const forced = await apply('raced', [task('true'), changed], '--force-conflicts');
    expect(forced.code, forced.err).toBe(0);
    expect(forced.out).not.toContain('release  between'); // it was done
    expect(await kubectl('get deployment raced -o jsonpath={.spec.template.spec.containers[0].image}/{.spec.minReadySeconds}')).toBe('busybox:1.35/1');
    expect((await apply('raced', [task('true'), changed])).out).toContain('nothing had to change');
  });

  it('keeps the replicas of an autoscaler of the program, also when the program has had a number before', async () => {
    const autoscaler = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'scaled' }, spec: { minReplicas: 1, maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'scaled' } } };
    const replicas = () => kubectl('get deployment scaled -o jsonpath={.spec.replicas}');
    const free = (more: object = {}) => ({ ...sleeper('scaled'), spec: { ...sleeper('scaled').spec, replicas: undefined, ...more } });
    expect((await apply('scaled', [{ ...sleeper('scaled'), spec: { ...sleeper('scaled').spec, replicas: 2 } }])).code).toBe(0);
    expect((await apply('scaled', [free(), autoscaler])).code).toBe(0);
    expect(await replicas()).toBe('2'); // not 1, the server's default
    await kubectl('scale deployment scaled --replicas=3');
    expect((await apply('scaled', [{ ...sleeper('scaled'), spec: { ...sleeper('scaled').spec, minReadySeconds: 1 } }, autoscaler])).code).toBe(0);
    expect(await replicas()).toBe('3');
  });
});
