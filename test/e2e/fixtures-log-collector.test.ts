import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { defaultKubectl, explainFailure } from './harness/case';
import { eventually } from './harness/eventually';
import { kubectlFor } from './harness/kubectl';
import { list, shellPod } from './harness/objects';
import { TestRuntime } from './harness/runtime';

const manifest = path.resolve(__dirname, '../../../shared/fixtures/log-collector.yaml');
const given = process.env.TWELVE_E2E_KUBECONFIG;
const available = defaultKubectl !== undefined && fs.existsSync(manifest);

/** Takes what collectors send and keeps it in a file: on its output they would read it again. */
const aggregator = [
  {
    apiVersion: 'v1', kind: 'Pod', metadata: { name: 'aggregator', namespace: 'logging', labels: { app: 'aggregator' } },
    spec: {
      terminationGracePeriodSeconds: 1,
      containers: [{
        name: 'main', image: 'perl:5.36-slim', readinessProbe: { tcpSocket: { port: 24224 }, periodSeconds: 1 },
        command: ['perl', '-e', `use IO::Socket::INET; $SIG{CHLD} = 'IGNORE';
          my $server = IO::Socket::INET->new(LocalPort => 24224, Listen => 10, ReuseAddr => 1) or die; open(my $file, '>>', '/tmp/lines');
          while (1) { my $peer = $server->accept or next; next if fork; while (sysread($peer, my $data, 65536)) { syswrite($file, $data); } exit }`],
      }],
    },
  },
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'aggregator', namespace: 'logging' }, spec: { selector: { app: 'aggregator' }, ports: [{ port: 24224 }] } },
];

/**
 * Numbered lines for ever: a few a second, and when the test makes the file /tmp/burst 3,000 that rotate the log several times, seconds apart: of two
 * rotations between two looks a collector misses one. As upstream a log that is rotated while no collector runs is read only from its newest file, so bursts come when one runs.
 */
const WRITING = `i=0; line() { i=$((i+1)); echo "line-$i-${'x'.repeat(100)}"; }
while :; do line; sleep 0.3; if [ -e /tmp/burst ]; then rm /tmp/burst; n=0; while [ $n -lt 3000 ]; do n=$((n+1)); line; [ $((n%10)) = 0 ] && sleep 0.1; done; fi; done`;

describe.skipIf(!available)('log-collector.yaml', () => {
  const runtime = given ? undefined : new TestRuntime();
  const kubectl = kubectlFor({ program: defaultKubectl ?? 'kubectl', kubeconfig: runtime?.kubeconfig ?? inject('kubeconfig') });
  const numbersOf = async (pod: string) => {
    const text = await kubectl('-n logging exec aggregator -- perl -ne print /tmp/lines');
    return text.split('\n').filter((line) => line.includes(`/${pod}_logging_main-`)).map((line) => Number(/line-(\d+)-/.exec(line)?.[1]));
  };
  const first = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

  /** All lines so far are there in their order, after the log has been rotated. */
  const burst = async (total: number) => {
    await kubectl('-n logging exec steady -- touch /tmp/burst');
    const numbers = await eventually('all lines have arrived', async () => {
      const arrived = await numbersOf('steady');
      return arrived.length >= total && arrived;
    });
    expect(numbers).toEqual(first(numbers.length));
  };

  // The collector looks where every node has its logs; small files, so that there are rotations.
  beforeAll(() => runtime?.up({ podLogsDir: '/var/log/pods', containerLogMaxSize: '128Ki' }));
  afterAll(async () => {
    await kubectl(['delete', '--ignore-not-found', '-f', manifest]);
    await runtime?.end();
    if (runtime) fs.rmSync('/var/log/fluentd-containers.log.pos', { force: true });
  });

  it('is given every line once: across rotations, restarts of the collector and restarts of the writer', async () => {
    explainFailure(kubectl);
    await kubectl(['apply', '-f', manifest]);
    await kubectl('apply -f -', { input: list(...aggregator) });
    await kubectl('-n logging wait --for=condition=Ready pod/aggregator --timeout=180s');
    await kubectl('-n logging set env daemonset/fluentd FLUENT_FORWARD_HOST=aggregator');
    await kubectl('-n logging rollout status daemonset/fluentd --timeout=180s');

    const quiet = { metadata: { namespace: 'logging' } };
    await kubectl('apply -f -', {
      input: list(
        shellPod('steady', WRITING, quiet),
        shellPod('restarted', 'echo line-1-once; exit 1', { ...quiet, spec: { restartPolicy: 'OnFailure' } }),
      ),
    });
    await eventually('some lines have arrived', async () => (await numbersOf('steady')).length > 10);
    await burst(3000);
    const collector = await kubectl('-n logging get pod -l app=fluentd -o name');
    const uid = await kubectl('-n logging get pod steady -o jsonpath={.metadata.uid}');
    // Its quiet lines rotate the log, too.
    if (runtime) await eventually('the log is not rotated soon', () => fs.statSync(`/var/log/pods/logging_steady_${uid}/main/0.log`).size < 64 * 1024, 300_000);
    await kubectl(['-n', 'logging', 'delete', collector.trim(), '--grace-period=5']);
    const written = Number(/line-(\d+)-/.exec(await kubectl('-n logging logs steady --tail=1'))?.[1]);
    await eventually('a new collector reads', async () => (await numbersOf('steady')).some((number) => number > written));

    await burst(6000);
    const restarts = await eventually('the writer has been restarted', async () => {
      const count = Number(await kubectl('-n logging get pod restarted -o jsonpath={.status.containerStatuses[0].restartCount}'));
      return count >= 1 && count;
    });
    await eventually('the lines of each start have arrived', async () => (await numbersOf('restarted')).length >= restarts + 1);
    expect((await numbersOf('restarted')).every((number) => number === 1)).toBe(true);
  });
});
