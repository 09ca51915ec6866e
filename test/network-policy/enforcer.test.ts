import { describe, expect, it, vi } from 'vitest';
import { FakeClock } from '../../lib/base/fake-clock';
import { silentLogger } from '../../lib/base/logger';
import { NetworkPolicyEnforcer } from '../../lib/network-policy/enforcer';

const policy = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'deny', namespace: 'shop' }, spec: { podSelector: {}, policyTypes: ['Ingress'] } };
const pod = (uid: string, podIP?: string) => ({ metadata: { name: uid, uid, namespace: 'shop', labels: {} }, spec: { nodeName: 'here', containers: [] }, status: { podIP } });

function setUp(first: Readonly<Record<string, unknown[]>> = {}) {
  const objects: Record<string, unknown[]> = { NetworkPolicy: [], Pod: [], Namespace: [{ metadata: { name: 'shop' } }], ...first };
  const listeners = new Map<string, (change: unknown) => void>();
  const clock = new FakeClock();
  const nft = vi.fn((_script: string) => Promise.resolve());
  const event = vi.fn();
  const enforcer = new NetworkPolicyEnforcer({
    runtime: 'test', nodeName: 'here', podCidr: '10.240.0.0/24', clock, logger: silentLogger, nft, events: { event }, families: () => Promise.resolve(['ip']),
    informers: {
      lister: { list: (kind: string) => objects[kind] }, start: () => Promise.resolve(),
      onChange: (kind: string, listener: (change: unknown) => void) => { listeners.set(kind, listener); return () => undefined; },
    } as any,
  });
  const abort = new AbortController();
  void enforcer.run(abort.signal);
  const change = (kind: string, list: unknown[]) => {
    objects[kind] = list;
    listeners.get(kind)?.({ type: 'added' });
  };
  const attach = (uid: string, address: string) => {
    const state = { result: 'waits' };
    enforcer.attaching(`${uid}_0`, { uid, address }).then(() => { state.result = 'connected'; }, (error: Error) => { state.result = error.message; });
    return state;
  };
  return { enforcer, clock, nft, change, attach, abort, event, listeners };
}

describe('the enforcer of network policies', () => {
  it('lets pods start at once where there is no policy, and watches no pods', async () => {
    const { clock, attach, nft, listeners } = setUp();
    await clock.advance(10);
    const state = attach('a', '10.240.0.2');
    await clock.advance(1);
    expect(state.result).toBe('connected');
    expect([...listeners.keys()]).toEqual(['NetworkPolicy']);
    expect(nft.mock.calls.map(([script]) => script).join('')).not.toContain('chain');
  });

  it('connects a pod only when its rules are written, also before the API has its address', async () => {
    const { clock, nft, change, attach } = setUp({ NetworkPolicy: [policy] });
    await clock.advance(10);
    const state = attach('a', '10.240.0.2');
    await clock.advance(10);
    expect(state.result).toBe('waits'); // its labels are not known here yet

    let commit: () => void = () => undefined;
    nft.mockImplementationOnce(() => new Promise((resolve) => { commit = resolve; }));
    change('Pod', [pod('a')]);
    await clock.advance(10);
    expect(state.result).toBe('waits');
    expect(nft.mock.lastCall?.[0]).toContain('add element ip twelve_test_policy ingress_policed { 10.240.0.2 }');
    commit();
    await clock.advance(1);
    expect(state.result).toBe('connected');
  });

  it('refuses a pod whose rules cannot be written, tells the policy, and writes everything anew later', async () => {
    const { clock, nft, attach, event } = setUp({ NetworkPolicy: [policy], Pod: [pod('a')] });
    nft.mockRejectedValue(new Error('nft is not installed'));
    const state = attach('a', '10.240.0.2');
    await clock.advance(10_500);
    expect(state.result).toMatch(/could not be enforced on node here within 10 s/);
    expect(event).toHaveBeenCalledWith(expect.objectContaining({ kind: 'NetworkPolicy', metadata: policy.metadata }), 'Warning', 'NotEnforced', expect.stringContaining('nft is not installed'));
    nft.mockResolvedValue(undefined);
    await clock.advance(60_000);
    expect(nft.mock.lastCall?.[0]).toMatch(/^table ip twelve_test_policy \{ \}\ndelete table[^]*known \{ 10\.240\.0\.2 \}/);
  });

  it('takes the table away with the last policy', async () => {
    const { clock, nft, change } = setUp({ NetworkPolicy: [policy], Pod: [pod('a', '10.240.0.2')] });
    await clock.advance(10);
    change('NetworkPolicy', []);
    await clock.advance(10);
    expect(nft.mock.lastCall?.[0]).toContain('delete table ip twelve_test_policy');
    expect(nft.mock.lastCall?.[0]).not.toContain('chain');
  });

  it('changes a policy without a moment in which its pods are open: one transaction of differences', async () => {
    const { clock, nft, change } = setUp({ NetworkPolicy: [policy], Pod: [pod('a', '10.240.0.2')] });
    await clock.advance(10);
    change('NetworkPolicy', [{ ...policy, spec: { ...policy.spec, ingress: [{ ports: [{ protocol: 'TCP', port: 80 }] }] } }]);
    await clock.advance(10);
    const lines = (nft.mock.lastCall?.[0] ?? '').trim().split('\n').map((line) => line.replaceAll(/[0-9a-f]{16}/g, '#').replaceAll(' ip twelve_test_policy', ''));
    expect(lines).toEqual([
      'add chain ingress_#', 'add rule ingress_# meta l4proto tcp th dport { 80 } accept', 'add element ingress { 10.240.0.2 : jump ingress_# }',
    ]);
  });
});
