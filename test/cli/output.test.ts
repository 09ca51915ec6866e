import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../apps/cli/output/duration';
import { type Events, jsonEvents, textEvents } from '../../apps/cli/output/events';
import { createOutput } from '../../apps/cli/output/output';
import { table } from '../../apps/cli/output/table';
import { Target } from '../../apps/cli/target';
import type { Progress } from '../../lib/apply/wait-until-ready';
import { FakeTerminal } from './fake-terminal';

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
  const item = (process: string, message: string, more: Partial<Progress> = {}): Progress => ({ kind: 'Deployment', name: `shop-${process}`, process, message, done: false, successful: false, ...more });
  const ready = { done: true, successful: true };
  const problem = { pod: 'p', reason: 'ErrImagePull', message: 'nginx:9: not found\nmore', outlook: 'suspicious' as const, hasLog: false, previous: false };

  function screen(terminal: { readonly isTTY?: boolean; write(text: string): unknown }, environment = {}) {
    const timers: (() => void)[] = [];
    let now = 0;
    const clock = { now: () => now, setTimer: (_: number, callback: () => void) => {
      timers.splice(0, Infinity, callback);
      return () => void timers.splice(0);
    } };
    const events = textEvents(createOutput(terminal, { write: () => undefined }, environment), clock);
    return { ...events, timers, pass: (milliseconds: number) => {
      now += milliseconds;
      timers[0]?.();
    } };
  }

  it('writes a line for each change where it cannot redraw: in a pipe, in CI, with NO_COLOR and with TERM=dumb', () => {
    for (const [isTTY, environment] of [[false, {}], [true, { CI: '1' }], [true, { NO_COLOR: '1' }], [true, { TERM: 'dumb' }]] as const) {
      let text = '';
      const { emit } = screen({ isTTY, write: (more: string) => (text += more) }, environment);
      for (const message of ['0/2', '0/2', '1/2']) emit({ stage: 'wait', progress: [item('web', message)] });
      emit({ stage: 'wait', progress: [item('web', '2/2', ready)] });
      emit({ stage: 'done', changed: 1, addresses: [{ process: 'web', url: 'http://127.0.0.1' }], kept: [] });
      expect(text.split('\n')).toEqual(['wait     web 0/2', 'wait     web 1/2', 'wait     web 2/2   0.0 s', 'done     1 object applied', '         web  http://127.0.0.1', '']);
    }
  });

  it('is a table on a terminal that is kept up to date in its place, with the time that has passed', () => {
    const terminal = new FakeTerminal();
    const { emit, pass } = screen(terminal);
    emit({ stage: 'scale', process: 'web', before: 1, replicas: 2 });
    emit({ stage: 'wait', progress: [item('web', '0/2'), item('mailer', '0/1')] });
    emit({ stage: 'wait', progress: [item('web', '1/2', { problem }), item('mailer', '1/1', ready), { ...item('web', ''), kind: 'Service', ...ready }] });
    pass(1000);
    expect(terminal.text).toEqual(['scale    web 1 → 2', 'wait     1 of 2 ready   1.0 s', '           ! web      1/2   ErrImagePull: nginx:9: not found', '           ✓ mailer   1/1']);
    emit({ stage: 'wait', progress: [item('web', '2/2', ready), item('mailer', '1/1', ready)] });
    emit({ stage: 'done', ready: true });
    pass(1000);
    expect(terminal.text).toEqual(['scale    web 1 → 2', 'wait     web 2/2   mailer 1/1   1.0 s', 'done     ready']);
  });

  it('leaves nothing of the table, and draws no more, when it fails', () => {
    const terminal = new FakeTerminal();
    const { emit, fail, timers } = screen(terminal);
    emit({ stage: 'wait', progress: [item('web', '0/2')] });
    fail('it cannot get ready', 1);
    expect(terminal.text).toEqual([]);
    expect(timers).toEqual([]);
  });

  it('fits on the screen: what is ready makes room, and lines are cut', () => {
    const terminal = new FakeTerminal(40, 6);
    const { emit } = screen(terminal);
    const progress = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => item(name, '1/1', name === 'f' ? { problem } : ready));
    for (let times = 0; times < 3; times += 1) emit({ stage: 'wait', progress });
    expect(terminal.text).toEqual(['wait     5 of 6 ready   0.0 s', '           ✓ a   1/1', '           ✓ b   1/1', '           ! f   1/1   ErrImagePull: ng', '             and 3 more']);
  });
});

describe('a stream of events', () => {
  const stream = (tell: (events: Events) => void) => {
    let text = '';
    tell(jsonEvents(createOutput({ write: (more) => (text += more) }, { write: () => undefined }), () => 0));
    return text.trimEnd().split('\n').map((line) => JSON.parse(line) as object);
  };
  const time = '1970-01-01T00:00:00.000Z';

  it('has the time and the stage of each, nothing twice, and ends with the result', () => {
    expect(stream(({ emit, end }) => {
      emit({ stage: 'prune', kind: 'Service', name: 'old' });
      emit({ stage: 'prune', kind: 'Service', name: 'old' });
      emit({ stage: 'done', changed: 1, release: 7 });
      end(0);
    })).toEqual([{ time, stage: 'prune', kind: 'Service', name: 'old' }, { time, stage: 'done', changed: 1, release: 7, exitCode: 0, meaning: 'done' }]);
    expect(stream(({ end }) => end(2))).toEqual([{ time, stage: 'done', exitCode: 2, meaning: 'differs' }]);
  });

  it('ends with the failure, also where a part was done', () => {
    const failed = (exitCode: number) => stream(({ emit, fail }) => {
      emit({ stage: 'done', changed: 1, release: 7 });
      fail('too bad', exitCode);
    });
    expect(failed(3)).toEqual([{ time, stage: 'failed', exitCode: 3, meaning: 'rolled back', message: 'too bad' }]);
    expect(failed(130)).toMatchObject([{ meaning: 'interrupted' }]);
    expect(failed(1)).toMatchObject([{ meaning: 'failed' }]);
  });
});
