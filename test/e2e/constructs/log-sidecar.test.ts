import { beforeAll, describe, expect, it } from 'vitest';
import { useApplication } from '../harness/application';
import { defaultKubectl, explainFailure } from '../harness/case';
import { eventually } from '../harness/eventually';

/** Writes numbered lines to a file that it renames from time to time, as a program with log rotation does, and one more when it is told to end. */
const WRITER = `log=/var/log/shop/app.log; i=0
trap 'sleep 1; echo "line bye" >> $log; exit 0' TERM
while :; do i=$((i+1)); echo "line $i" >> $log; [ $((i % 120)) = 0 ] && mv $log $log.1; sleep 0.05; done`;

const PROGRAM = `
import { Duration, GracefulShutdown, Image, LogSidecar, Scale, TwelveFactorApp, Worker } from 'cdk8s-twelve-factor';
const app = new TwelveFactorApp('shop', { environments: { dev: {}, old: { kubernetes: '1.28' } } });
new Worker(app, app.environment === 'dev' ? 'writer' : 'old', {
  image: Image.reference('busybox:1.35'), scale: Scale.fixed(1), shutdown: GracefulShutdown.queueWorker({ longestJob: Duration.seconds(4), margin: Duration.seconds(6) }),
  command: ['sh', '-c', ${JSON.stringify(WRITER)}],
  attach: [LogSidecar.follow(['/var/log/shop/app.log'])],
});
app.synth();
`;

describe.skipIf(!defaultKubectl)('LogSidecar (skipped without kubectl)', () => {
  const native = useApplication('log-sidecar');
  const plain = useApplication('log-companion');
  const numbersOf = (text: string) => text.split('\n').filter((line) => /^line \d+$/.test(line)).map((line) => Number(line.slice(5)));
  const podOf = async ({ kubectl }: typeof native) => (await kubectl('get pods -o jsonpath={.items[0].metadata.name}')).trim();

  beforeAll(() => Promise.all([[native, 'dev'], [plain, 'old']].map(async ([application, environment]) => {
    const { write, twelve } = application as typeof native;
    write('main.ts', PROGRAM);
    await twelve(['apply', '--env', environment as string]);
  })));

  it('shows every line of a file once and in order, across rotations', async () => {
    const { kubectl } = native;
    explainFailure(kubectl);
    const numbers = await eventually('the file has been rotated twice', async () => {
      const found = numbersOf(await kubectl(['logs', await podOf(native), '-c', 'log-app']));
      return found.length > 300 && found;
    });
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, index) => index + 1));
  });

  it.each([['as a native sidecar', native], ['as a plain container', plain]])('ends after the process, %s: its last line is there', async (_, application) => {
    const { kubectl } = application;
    explainFailure(kubectl);
    const pod = await podOf(application);
    await eventually('it shows lines', async () => numbersOf(await kubectl(['logs', pod, '-c', 'log-app'])).length > 0);
    let followed = false;
    const following = kubectl(['logs', '--follow', pod, '-c', 'log-app'], {
      until: (out) => {
        followed = out !== '';
        return false;
      },
    });
    await eventually('it is followed', () => followed);
    await kubectl(['delete', 'pod', pod, '--wait=true', '--timeout=180s']);
    expect((await following).trim().split('\n').at(-1)).toBe('line bye');
  });
});
