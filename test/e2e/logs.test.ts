import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';
import { tryRun } from './harness/command';
import { eventually } from './harness/eventually';
import { kubectlFor } from './harness/kubectl';
import { PodCases, podOf, shell, statusOf } from './harness/pods';
import { TestRuntime } from './harness/runtime';

const numbersIn = (text: string) => [...text.matchAll(/line-(\d+)-/g)].map(([, number]) => Number(number));
const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe.skipIf(!defaultKubectl)('kubectl logs', () => {
  const { kubectl } = useNamespace('logs');
  const cases = new PodCases(kubectl);

  it('shows what a container wrote: the end of it, since a time, with times, of the one before', async () => {
    explainFailure(kubectl);
    await cases.create(podOf('talker', { containers: [shell('echo line-1-; echo line-2- >&2; echo line-3-; if [ -e /flag/x ]; then sleep 3600; fi; touch /flag/x; sleep 1; exit 1', { volumeMounts: [{ name: 'flag', mountPath: '/flag' }] })], volumes: [{ name: 'flag', emptyDir: {} }] }));
    await cases.until('talker', 'has been restarted', (pod) => statusOf(pod)?.restartCount === 1 && statusOf(pod)?.state?.running);
    await cases.logged('talker', 'line-3-');
    expect(numbersIn(await kubectl('logs talker'))).toEqual([1, 2, 3]);
    expect(numbersIn(await kubectl('logs talker --tail=1'))).toEqual([3]);
    expect(numbersIn(await kubectl('logs talker --previous'))).toEqual([1, 2, 3]);
    expect(numbersIn(await kubectl('logs talker --since=1h'))).toEqual([1, 2, 3]);
    expect(numbersIn(await kubectl(`logs talker --since-time=${new Date(Date.now() + 3_600_000).toISOString()}`))).toEqual([]);
    expect(await kubectl('logs talker --timestamps --tail=1')).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z line-3-\n$/);
    expect(await kubectl('logs talker --limit-bytes=4')).toBe('line');
    const { err } = await kubectl.try('logs talker -c other');
    expect(err).toContain('container other is not valid for pod talker');
  });
});

describe.skipIf(!defaultKubectl || process.env.TWELVE_E2E_KUBECONFIG)('logs on their node', () => {
  const runtime = new TestRuntime();
  const logs = path.join(runtime.directory, 'log');
  const kubectl = kubectlFor({ program: defaultKubectl ?? 'kubectl', kubeconfig: runtime.kubeconfig });
  const cases = new PodCases(kubectl);
  const linksOf = (name: string) => fs.readdirSync(path.join(logs, 'containers')).filter((link) => link.startsWith(`${name}_default_c-`));

  beforeAll(() => runtime.up({ podLogsDir: path.join(logs, 'pods'), containerLogMaxSize: '64Ki' }));
  afterAll(() => runtime.end());

  it('are found under the names that collectors know, and under no other after a restart and the end', async () => {
    explainFailure(kubectl);
    const script = 'echo hello; echo x >> /flag/x; [ $(wc -l < /flag/x) = 3 ] && sleep 3600; exit 1'; // the third one stays
    await cases.create(podOf('linked', { containers: [shell(script, { volumeMounts: [{ name: 'flag', mountPath: '/flag' }] })], volumes: [{ name: 'flag', emptyDir: {} }] }));
    const { metadata } = await cases.until('linked', 'has been restarted twice', (pod) => statusOf(pod)?.restartCount === 2 && statusOf(pod)?.state?.running);
    const id = statusOf(await cases.get('linked'))?.containerID?.replace('docker://', '') ?? '';
    const ofPod = path.join(logs, 'pods', `default_linked_${metadata.uid}`, 'c');
    await eventually('the newest two have links', () => fs.readdirSync(ofPod).sort().join() === '1.log,2.log');
    const link = path.join(logs, 'containers', `linked_default_c-${id}.log`);
    expect(fs.readlinkSync(link)).toBe(path.join(ofPod, '2.log'));
    expect(fs.readFileSync(link, 'utf8')).toContain('"log":"hello\\n"');
    expect(linksOf('linked')).toHaveLength(2);

    await kubectl('delete pod linked --wait=true');
    await eventually('its links are gone', () => linksOf('linked').length === 0 && !fs.existsSync(path.dirname(ofPod)));
  });

  it('are read across their rotations: whole, the end of them, and while they are written', async () => {
    explainFailure(kubectl);
    const script = `i=0; while [ $i -lt 1500 ]; do i=$((i+1)); echo line-$i-${'x'.repeat(80)}; [ $((i%50)) = 0 ] && sleep 0.1; done; sleep 3600`;
    await cases.create(podOf('writer', { containers: [shell(script)] }));
    await cases.running('writer');
    const followed = await tryRun(kubectl.program, [...kubectl.prefix, 'logs', '-f', 'writer'], { until: (out) => out.includes('line-1500-'), limit: 300_000 });
    expect(numbersIn(followed.out)).toEqual(from(1, 1500));

    const id = statusOf(await cases.get('writer'))?.containerID?.replace('docker://', '') ?? '';
    const file = fs.realpathSync(path.join(logs, 'containers', `writer_default_c-${id}.log`));
    const files = fs.readdirSync(path.dirname(file)).filter((name) => name.includes('-json.log'));
    expect(files.length).toBeGreaterThan(2);
    expect(files.length).toBeLessThanOrEqual(5);
    expect(numbersIn(await kubectl('logs writer'))).toEqual(from(1, 1500));
    expect(numbersIn(await kubectl('logs writer --tail=800'))).toEqual(from(701, 1500));
  });
});
