import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { applyDatabases, databases, read, rolledOut, write } from './harness/databases';
import { eventually } from './harness/eventually';
import { kubectlFor } from './harness/kubectl';
import { TestRuntime } from './harness/runtime';

describe.skipIf(!defaultKubectl)('databases as StatefulSets with volumes (skipped without kubectl)', () => {
  const { kubectl } = useNamespace('databases');
  beforeAll(() => applyDatabases(kubectl));

  it.each(databases)('$name keeps its data when its pod is deleted, also without warning', async (database) => {
    explainFailure(kubectl);
    const uid = () => kubectl(`get pod ${database.name}-0 -o jsonpath={.metadata.uid}`);
    const isNext = async (before: string) => (await uid()) !== before && (await kubectl(`get pod ${database.name}-0 -o jsonpath={.status.containerStatuses[0].ready}`)) === 'true';
    const first = await uid();
    await write(kubectl, database, 'one');
    await kubectl(`delete pod ${database.name}-0`);
    await eventually('another pod is ready', () => isNext(first));
    const second = await uid();
    await write(kubectl, database, 'two');

    await kubectl(`delete pod ${database.name}-0 --grace-period=0 --force`);
    await eventually('the next pod is ready', () => isNext(second));
    expect(await read(kubectl, database)).toEqual(['one', 'two']);
    expect(await kubectl(`get pvc data-${database.name}-0 -o jsonpath={.status.phase}`)).toBe('Bound');
  });

  it.each(databases)('$name keeps its data when it is scaled to nothing, and when its StatefulSet is made anew', async (database) => {
    explainFailure(kubectl);
    const before = await read(kubectl, database);
    await kubectl(`scale statefulset/${database.name} --replicas=0`);
    await kubectl(`wait --for=delete pod/${database.name}-0 --timeout=180s`);
    await kubectl(`delete statefulset ${database.name}`);
    await applyDatabases(kubectl);
    expect(await read(kubectl, database)).toEqual(before);
  });
});

describe.skipIf(!defaultKubectl || process.env.TWELVE_E2E_KUBECONFIG)('databases on a runtime that ends and starts again (skipped without kubectl, or on another cluster)', () => {
  const runtime = new TestRuntime();
  const kubectl = kubectlFor({ program: defaultKubectl ?? 'kubectl', kubeconfig: runtime.kubeconfig });
  const startTimes = () => kubectl('get pods -o jsonpath={.items[*].status.containerStatuses[0].state.running.startedAt}');
  const writeAll = (value: string) => Promise.all(databases.map((database) => write(kubectl, database, value)));
  const readAll = () => Promise.all(databases.map((database) => read(kubectl, database)));

  beforeAll(async () => {
    await runtime.up();
    await applyDatabases(kubectl);
    await writeAll('first');
  });
  afterAll(() => runtime.end());

  it.each([
    ['stop', () => runtime.twelve(['stop', ...runtime.target()])],
    ['kill -9', () => Promise.resolve(process.kill(runtime.pid(), 'SIGKILL'))],
  ])('run on through %s, and nothing they hold is lost', async (how, end) => {
    explainFailure(kubectl);
    const before = await startTimes();
    await end();
    await runtime.up();
    await rolledOut(kubectl);
    await writeAll(how);
    expect(await startTimes()).toBe(before);
    expect((await readAll()).map((values) => values.at(-1))).toEqual(databases.map(() => how));
  });

  it('keep their data when the runtime goes down with all pods and comes up again', async () => {
    explainFailure(kubectl);
    const [before, started] = [await readAll(), (await startTimes()).split(' ')];
    await runtime.twelve(['down', ...runtime.target()]);
    await runtime.up();
    // Until the kubelet has looked, the status is that of the containers from before.
    await eventually('all of them have been started anew', async () => {
      const times = (await startTimes()).split(' ').filter(Boolean);
      return times.length === databases.length && !times.some((time) => started.includes(time));
    });
    await rolledOut(kubectl);
    expect(await readAll()).toEqual(before);
  });

  it('keep their data when their node is drained, and they are scheduled again', async () => {
    explainFailure(kubectl);
    const before = await readAll();
    const node = await kubectl('get nodes -o jsonpath={.items[0].metadata.name}');
    await kubectl(`drain ${node} --ignore-daemonsets --delete-emptydir-data --force --timeout=180s`);
    await eventually('the new pods wait for a node', async () => (await kubectl('get pods -o jsonpath={.items[*].status.phase}')) === 'Pending Pending Pending');
    await eventually('an event says why', async () => /FailedScheduling .* 0\/1 nodes are available: 1 node\(s\) were unschedulable/.test(await kubectl('describe pod redis-0')));
    await kubectl(`uncordon ${node}`);
    await rolledOut(kubectl);
    expect(await readAll()).toEqual(before);
  });
});
