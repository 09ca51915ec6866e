import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { useApplication } from '../harness/application';
import { defaultKubectl, explainFailure } from '../harness/case';
import { eventually } from '../harness/eventually';
import { list, shellPod } from '../harness/objects';

/** Takes what collectors send and keeps it in a file. */
const AGGREGATOR = `use IO::Socket::INET; $SIG{CHLD} = 'IGNORE'; $SIG{TERM} = sub { exit };
my $server = IO::Socket::INET->new(LocalPort => 24224, Listen => 10, ReuseAddr => 1) or die; open(my $file, '>>', '/tmp/lines');
while (1) { my $peer = $server->accept or next; next if fork; while (sysread($peer, my $data, 65536)) { syswrite($file, $data); } exit }`;

/** On the machine of a registry that answers this is Fluent Bit itself, whose protocol the aggregator does not speak: the case is about the pod around it, and runs with the drop-in only. */
describe.skipIf(!defaultKubectl || process.env.TWELVE_E2E_KUBECONFIG !== undefined)('LogCollector (skipped without kubectl, or on another cluster)', () => {
  const application = useApplication('log-collector');
  const { kubectl, namespace, twelve, write } = application;
  const logDirectory = path.join(path.dirname(inject('kubeconfig')), 'log');
  const numbersOf = async () => {
    const text = await kubectl('exec aggregator -- perl -ne print /tmp/lines');
    const whole = text.split('\n').slice(0, -1); // of the last one a part may be missing
    return whole.filter((line) => line.includes(`/writer_${namespace}_main-`)).map((line) => Number(/line-(\d+)/.exec(line)?.[1]));
  };

  beforeAll(async () => {
    await kubectl('apply -f -', {
      input: list(
        { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'aggregator', labels: { app: 'aggregator' } }, spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image: 'perl:5.36-slim', command: ['perl', '-e', AGGREGATOR], readinessProbe: { tcpSocket: { port: 24224 }, periodSeconds: 1 } }] } },
        { apiVersion: 'v1', kind: 'Service', metadata: { name: 'aggregator' }, spec: { selector: { app: 'aggregator' }, ports: [{ port: 24224 }] } },
        shellPod('writer', `i=0; trap "exit 0" TERM; while :; do i=$((i+1)); echo "line-$i"; sleep 0.2; done`),
      ),
    });
    write('main.ts', `
      import { LogCollector, LogOutput, TwelveFactorApp } from 'cdk8s-twelve-factor';
      const app = new TwelveFactorApp('logs', { environments: { dev: { namespace: '${namespace}' } } });
      LogCollector.fluentBit(app, 'collector', { outputs: [LogOutput.forward({ host: 'aggregator' })], logDirectory: '${logDirectory}' });
      app.synth();
    `);
    await kubectl('wait --for=condition=Ready pod/aggregator --timeout=180s');
    await twelve(['apply']);
  });
  afterAll(async () => {
    await kubectl(['delete', 'daemonset/logs-collector', `clusterrole/${namespace}-logs-collector`, `clusterrolebinding/${namespace}-logs-collector`, '--ignore-not-found', '--wait=true']);
    fs.rmSync(`/var/lib/${namespace}-logs-collector`, { recursive: true, force: true });
  });

  it('takes every line of a pod to its output, once, also across a restart of the collector', async () => {
    explainFailure(kubectl);
    await eventually('some lines have arrived', async () => (await numbersOf()).length > 5);
    await kubectl('rollout restart daemonset/logs-collector');
    await kubectl('rollout status daemonset/logs-collector --timeout=180s');
    const before = (await numbersOf()).length;
    const numbers = await eventually('more lines have arrived', async () => {
      const found = await numbersOf();
      return found.length > before + 5 && found;
    });
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => index + 1));
  });

  it('leaves out its own log, and cannot write to those of others', async () => {
    const lines = await kubectl('exec aggregator -- perl -ne print /tmp/lines');
    expect(lines).not.toContain('_fluent-bit-');
    const inPod = (script: string) => kubectl(['exec', 'daemonset/logs-collector', '--', 'sh', '-c', script]);
    expect(await inPod(`touch ${logDirectory}/containers/x 2>/dev/null || echo refused`)).toBe('refused\n');
    expect(await inPod('ls /var/lib/log-collector')).toContain('positions.db');
  });

  it('may read pods and nothing else', async () => {
    const may = async (verb: string, what: string) => (await kubectl.try(['auth', 'can-i', verb, what, '--as', `system:serviceaccount:${namespace}:logs-collector`, '-A'])).out.trim();
    expect(await Promise.all([may('list', 'pods'), may('watch', 'namespaces'), may('list', 'secrets'), may('delete', 'pods')])).toEqual(['yes', 'yes', 'no', 'no']);
  });

});
