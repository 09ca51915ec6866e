import { describe, expect, it } from 'vitest';
import type { ApplyEvent } from '../../../lib/apply/apply-event';
import { useApplication } from '../harness/application';
import { followApply } from '../harness/apply-process';
import { defaultKubectl, explainFailure } from '../harness/case';
import { plainApplication } from '../harness/plain-application';

describe.skipIf(!defaultKubectl)('an apply whose process is killed', () => {
  const { kubectl, folder, write, words, twelve, try: attempt } = useApplication('killed');
  let version = 1;
  const released = async () => (JSON.parse(await twelve(['history', 'shop', '--output', 'json'])) as readonly { status: string }[]).map(({ status }) => status);
  const names = async () => (await kubectl(['get', 'deployments', '-o', 'jsonpath={.items[*].metadata.name}'])).split(' ').sort();
  const versionOf = (name: string) => kubectl(['get', 'deployment', name, '-o', 'jsonpath={.spec.template.spec.containers[0].env[0].value}']);
  /** An account leaves with each version: while it is held, the apply that prunes it does not come to its end. */
  const account = (number: number) => JSON.stringify({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: `account-${number}`, labels: { 'twelve-factor.dev/app': 'shop' } } });
  const holdAccount = (number: number, finalizers: readonly string[]) =>
    kubectl(['patch', 'serviceaccount', `account-${number}`, '--type=merge', '-p', JSON.stringify({ metadata: { finalizers } })]);
  const writeVersion = (number: number) => write('shop.yaml', `${plainApplication(number)}\n---\n${account(number)}`);
  const renewedAt = (milliseconds: number) => kubectl(['patch', 'lease', 'shop.apply', '--type=merge', '-p', JSON.stringify({ spec: { renewTime: new Date(milliseconds).toISOString().replace('Z', '000Z') } })]);
  const applied = (past: readonly ApplyEvent[], name: string) => past.some((event) => event.stage === 'apply' && event.name === name);

  it('begins with one that is not', async () => {
    explainFailure(kubectl);
    writeVersion(1);
    await twelve(['apply', 'shop.yaml']);
    expect(await names()).toEqual(['extra-1', 'web']);
  });

  const STAGES: readonly { readonly at: string; readonly when: (event: ApplyEvent, past: readonly ApplyEvent[]) => boolean; readonly status: string; readonly web: 'old' | 'new'; readonly pruned: boolean }[] = [
    { at: 'its plan', when: ({ stage }) => stage === 'plan', status: 'running', web: 'old', pruned: false },
    { at: 'its first write', when: ({ stage }) => stage === 'apply', status: 'pending', web: 'old', pruned: false },
    { at: 'its release task', when: ({ stage }) => stage === 'task', status: 'pending', web: 'old', pruned: false },
    { at: 'the wait for its processes', when: ({ stage }, past) => stage === 'wait' && applied(past, `extra-${version + 1}`), status: 'pending', web: 'new', pruned: false },
    { at: 'what it prunes', when: ({ stage }) => stage === 'prune', status: 'pending', web: 'new', pruned: true },
  ];

  it.each(STAGES)('at $at is brought to its end by the next one', async ({ when, status, web, pruned }) => {
    explainFailure(kubectl);
    const [old, next] = [version, version + 1];
    writeVersion(next);
    if (pruned) await holdAccount(old, ['example.com/hold']);
    const { code } = await followApply(words(['apply', 'shop.yaml']), { cwd: folder }, (event, kill, past) => { if (when(event, past)) kill(); });
    if (pruned) await holdAccount(old, []);
    expect(code).toBeNull();
    // Between the event and the death of the process it may have come a little further, but never past what it had to wait for.
    if (status === 'pending') expect((await released())[0]).toBe('pending');
    if (!pruned) expect(await names()).toContain(`extra-${old}`);
    if (web === 'new') expect(await versionOf('web')).toBe(String(next));
    else expect(await versionOf('web')).toBe(String(old));

    // The dead client keeps its lock for half a minute, and the next one is told whose it is.
    if (status === 'pending') {
      await renewedAt(Date.now()); // as if it had died just now, however long the looks at it took
      const refused = await attempt(['apply', 'shop.yaml']);
      expect([refused.code, refused.err]).toEqual([1, expect.stringMatching(/shop is being applied by \S+@\S+ since/)]);
    }
    await kubectl(['delete', 'lease', 'shop.apply', '--ignore-not-found']);

    const { out } = await attempt(['apply', 'shop.yaml']);
    expect(out).toMatch(/done {5}release \d+/);
    expect(await names()).toEqual([`extra-${next}`, 'web']);
    expect(await versionOf('web')).toBe(String(next));
    expect((await released())[0]).toBe('running');
    expect(await twelve(['apply', 'shop.yaml'])).toMatch(/nothing had to change/);
    version = next;
  });

  it('keeps nobody out for longer than its lease', async () => {
    explainFailure(kubectl);
    writeVersion(version + 1);
    await followApply(words(['apply', 'shop.yaml']), { cwd: folder }, (event, kill) => { if (event.stage === 'apply') kill(); });
    await renewedAt(Date.now() - 31_000); // as if half a minute had gone by
    expect(await twelve(['apply', 'shop.yaml'])).toMatch(/done {5}release/);
  });
});
