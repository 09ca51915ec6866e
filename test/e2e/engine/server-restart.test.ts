import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { followApply } from '../harness/apply-process';
import { defaultKubectl } from '../harness/case';
import { eventually } from '../harness/eventually';
import { plainApplication } from '../harness/plain-application';
import { TestRuntime } from '../harness/runtime';

const CLI = path.resolve(__dirname, '../../../build/apps/cli/main.js');

function isAlive(pid: number): boolean {
  try {
    // One that nobody has waited for is dead, too.
    return !/^State:\s+Z/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe.skipIf(!defaultKubectl)('an API server that goes away in the middle of an apply', () => {
  const runtime = new TestRuntime();
  beforeAll(() => runtime.up());
  afterAll(() => runtime.end());

  /** Kills the server at a stage, and starts it again when the apply has said that it waits. */
  async function interrupted(version: number, stage: string) {
    fs.writeFileSync(path.join(runtime.directory, 'shop.yaml'), plainApplication(version, { readyAfter: 2 }));
    let restarted: Promise<unknown> | undefined;
    let said = '';
    const restart = async () => {
      const pid = runtime.pid();
      process.kill(pid, 'SIGKILL');
      await eventually('the server is dead', () => !isAlive(pid));
      await eventually('the apply says that it waits', () => said.includes('trying again'));
      await runtime.up();
    };
    const end = await followApply([CLI, 'apply', 'shop.yaml', '--kubeconfig', runtime.kubeconfig], { cwd: runtime.directory, onNote: (text) => { said += text; } }, (event) => {
      if (event.stage === stage) restarted ??= restart();
    });
    await restarted;
    return end;
  }

  it.each([[1, 'apply'], [2, 'wait']] as const)('is waited for, and the apply comes to its end (version %s, killed at: %s)', async (version, stage) => {
    const { code, events, err } = await interrupted(version, stage);
    expect({ code, err }).toEqual({ code: 0, err: expect.stringMatching(/^.*the API server .*; trying again …\nthe API server answers again after [\d.]+ s\n/) as string });
    expect(err.match(/trying again/g)?.length).toBeLessThanOrEqual(2); // a server that begins may fail once more
    expect(events.at(-1)).toMatchObject({ stage: 'done', release: version });
    expect(await runtime.twelve(['status', ...runtime.target()])).toMatch(/web [^\n]*1\/1/);
  });

  it('and does not come back is told, with how long it was waited for', async () => {
    await runtime.twelve(['stop', ...runtime.target()]);
    const { code, err } = await runtime.try(['apply', 'shop.yaml', '--kubeconfig', runtime.kubeconfig], { cwd: runtime.directory });
    expect(code).toBe(1);
    expect(err).toMatch(/cannot reach the API server \S+: .*\(GET \S+ was tried \d+ times in [\d.]+ s\)/);
  });
});
