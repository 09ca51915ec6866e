import { describe, expect, it } from 'vitest';
import { textPrinter } from '../../apps/cli/output/apply-printer';
import { parseDuration } from '../../apps/cli/output/duration';
import { createOutput } from '../../apps/cli/output/output';
import { table } from '../../apps/cli/output/table';
import { Target } from '../../apps/cli/target';

describe('durations', () => {
  it('are read as people write them, and refused with the option\'s name', () => {
    expect(['90', '90s', '1m30s', '0.5h', '100ms'].map((text) => parseDuration('--timeout', text))).toEqual([90_000, 90_000, 90_000, 1_800_000, 100]);
    expect(() => parseDuration('--timeout', 'soon')).toThrow(/--timeout "soon" is not a duration/);
    expect(() => parseDuration('--timeout', '5m!')).toThrow();
  });
});

it('a table aligns its columns and shows what is missing', () => {
  expect(table([{ name: 'web', ready: '2/2' }, { name: 'mailer', ready: undefined }], ['name', 'ready'])).toEqual(['NAME     READY', 'web      2/2', 'mailer   -']);
});

describe('the target of a command', () => {
  const environment = { XDG_DATA_HOME: '/data', HOME: '/home/me', KUBECONFIG: '/etc/first:/etc/second' };

  it('is the bundled runtime, even where KUBECONFIG is set: an apply must not reach a cluster by accident', () => {
    const target = new Target({}, environment);
    expect(target.isForeign).toBe(false);
    expect(target.dataDirectory).toBe('/data/twelve/twelve');
    expect(() => target.kubeconfig()).toThrow(/no runtime "twelve" has been started .* twelve up/);
  });

  it('is another cluster when one is named', () => {
    expect(new Target({ context: 'prod' }, environment).isForeign).toBe(true);
    expect(() => new Target({ kubeconfig: '/nowhere' }, environment).kubeconfig()).toThrow(/no kubeconfig at \/nowhere/);
    expect(() => new Target({ name: 'My Runtime' }, environment)).toThrow(/--name "My Runtime"/);
  });
});

describe('an apply on the screen', () => {
  const progress = (message: string, done: boolean) => [{ kind: 'Deployment', name: 'shop-web', process: 'web', message, done, successful: done }];
  const print = (isTTY: boolean) => {
    let text = '';
    const out = createOutput({ isTTY, columns: 80, write: (more) => (text += more) }, { write: () => undefined });
    const printer = textPrinter(out, { cluster: 'twelve', now: () => 0 });
    for (const message of ['0/2', '0/2', '1/2']) printer({ stage: 'wait', progress: progress(message, false) });
    printer({ stage: 'wait', progress: progress('2/2', true) });
    printer({ stage: 'done', changed: 1, addresses: [{ process: 'web', url: 'http://127.0.0.1' }], kept: [] });
    return text;
  };

  it('writes a line for each change where it cannot redraw', () => {
    expect(print(false).split('\n')).toEqual(['wait     web 0/2', 'wait     web 1/2', 'wait     web 2/2   0.0 s', 'done     1 object applied', '         web  http://127.0.0.1', '']);
  });

  it('redraws one line on a terminal', () => {
    expect(print(true)).toContain('wait     web 0/2\n\x1b[1A\x1b[Jwait     web 1/2\n\x1b[1A\x1b[J');
  });
});
