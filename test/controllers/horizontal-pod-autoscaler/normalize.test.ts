import { describe, expect, it } from 'vitest';
import { type Behavior, begun, type History, NO_HISTORY, scaled } from '../../../lib/controllers/horizontal-pod-autoscaler/history';
import { normalize } from '../../../lib/controllers/horizontal-pod-autoscaler/normalize';

const NOW = 1_000_000_000;
const options = { now: NOW, downscaleStabilizationSeconds: 300 };
const range = { minimum: 1, maximum: 100 };
const past = (...recommendations: readonly (readonly [replicas: number, secondsAgo: number])[]): History => ({
  ...NO_HISTORY, recommendations: recommendations.map(([replicas, ago]) => ({ replicas, at: NOW - ago * 1000 })),
});

describe('without rules', () => {
  it.each([
    { name: 'at most doubles', wish: { current: 10, desired: 50, ...range }, replicas: 20, limited: [true, 'ScaleUpLimit'] },
    { name: 'reaches four from one', wish: { current: 1, desired: 50, ...range }, replicas: 4, limited: [true, 'ScaleUpLimit'] },
    { name: 'stops at the maximum', wish: { current: 3, desired: 9, minimum: 1, maximum: 5 }, replicas: 5, limited: [true, 'TooManyReplicas'] },
    { name: 'stops at the minimum', wish: { current: 3, desired: 0, minimum: 2, maximum: 5 }, replicas: 2, limited: [true, 'TooFewReplicas'] },
    { name: 'does what is asked for in between', wish: { current: 3, desired: 4, minimum: 2, maximum: 5 }, replicas: 4, limited: [false, 'DesiredWithinRange'] },
  ])('$name', ({ wish, replicas, limited }) => {
    const found = normalize(wish, undefined, NO_HISTORY, options);
    expect(found.replicas).toBe(replicas);
    expect([found.limited.isLimited, found.limited.reason]).toEqual(limited);
  });

  it('shrinks to the highest wish of the last five minutes only', () => {
    const found = normalize({ current: 8, desired: 2, ...range }, undefined, past([8, 301], [6, 200], [3, 10]), options);
    expect(found.replicas).toBe(6);
    expect(found.stabilized.reason).toBe('ScaleDownStabilized');
    expect(found.history.recommendations.map(({ replicas }) => replicas)).toEqual([6, 3, 2]);
  });
});

describe('with rules', () => {
  const policies = (...list: readonly (readonly [type: string, value: number, periodSeconds: number])[]) => list.map(([type, value, periodSeconds]) => ({ type, value, periodSeconds }));
  const behavior = (more: Behavior = {}): Behavior => ({
    scaleUp: { stabilizationWindowSeconds: 0, selectPolicy: 'Max', policies: policies(['Pods', 4, 15], ['Percent', 100, 15]), ...more.scaleUp },
    scaleDown: { selectPolicy: 'Max', policies: policies(['Percent', 100, 15]), stabilizationWindowSeconds: 0, ...more.scaleDown },
  });
  const ask = (current: number, desired: number, rules: Behavior, history: History = NO_HISTORY) => normalize({ current, desired, ...range }, rules, history, options);

  it('grows by the policy that allows most, or least, or not at all', () => {
    expect(ask(10, 90, behavior()).replicas).toBe(20);
    expect(ask(2, 90, behavior()).replicas).toBe(6);
    expect(ask(10, 90, behavior({ scaleUp: { selectPolicy: 'Min', policies: policies(['Pods', 4, 15], ['Percent', 100, 15]) } })).replicas).toBe(14);
    const disabled = ask(10, 90, behavior({ scaleUp: { selectPolicy: 'Disabled', policies: policies(['Pods', 4, 15]) } }));
    expect([disabled.replicas, disabled.limited.isLimited, disabled.limited.reason]).toEqual([10, true, 'ScaleUpLimit']);
  });

  it('counts what was changed within the period', () => {
    const rules = behavior({ scaleUp: { policies: policies(['Pods', 4, 60]) } });
    const history: History = { ...NO_HISTORY, ups: [{ change: 3, at: NOW - 30_000 }, { change: 50, at: NOW - 61_000 }] };
    expect(ask(10, 90, rules, history).replicas).toBe(11);
    expect(ask(10, 90, rules, { ...history, downs: [{ change: 2, at: NOW - 10_000 }] }).replicas).toBe(13);
    expect(ask(10, 90, rules, { ...NO_HISTORY, ups: [{ change: 9, at: NOW - 30_000 }] }).replicas).toBe(10);
  });

  it('shrinks by the policy that changes most, or least', () => {
    const two = policies(['Pods', 4, 60], ['Percent', 10, 60]);
    const most = ask(80, 1, behavior({ scaleDown: { selectPolicy: 'Max', stabilizationWindowSeconds: 0, policies: two } }));
    expect([most.replicas, most.limited.reason]).toEqual([72, 'ScaleDownLimit']);
    expect(ask(80, 1, behavior({ scaleDown: { selectPolicy: 'Min', stabilizationWindowSeconds: 0, policies: two } })).replicas).toBe(76);
    expect(ask(80, 1, behavior({ scaleDown: { selectPolicy: 'Disabled', policies: two, stabilizationWindowSeconds: 0 } })).replicas).toBe(80);
  });

  it('waits out both windows', () => {
    const rules = behavior({ scaleUp: { stabilizationWindowSeconds: 60, policies: policies(['Percent', 1000, 15]) }, scaleDown: { stabilizationWindowSeconds: 120, policies: policies(['Percent', 100, 15]) } });
    const up = ask(3, 10, rules, past([4, 30], [2, 90]));
    expect([up.replicas, up.stabilized.reason]).toEqual([4, 'ScaleUpStabilized']);
    const down = ask(10, 2, rules, past([7, 100], [9, 150]));
    expect([down.replicas, down.stabilized.reason]).toEqual([7, 'ScaleDownStabilized']);
    expect(ask(10, 10, rules, past([5, 30])).stabilized.reason).toBe('ReadyForNewScale');
  });

  it('takes the installation\'s window for shrinking where none is given', () => {
    const { stabilizationWindowSeconds: _none, ...scaleDown } = behavior().scaleDown ?? {};
    expect(normalize({ current: 10, desired: 2, ...range }, { ...behavior(), scaleDown }, past([10, 250]), options).replicas).toBe(10);
    expect(normalize({ current: 10, desired: 2, ...range }, { ...behavior(), scaleDown }, past([10, 301]), options).replicas).toBe(2);
  });
});

describe('what is remembered', () => {
  it('begins with what was found', () => {
    expect(begun(undefined, 5, NOW).recommendations).toEqual([{ replicas: 5, at: NOW }]);
    expect(begun(past([3, 10]), 5, NOW).recommendations).toHaveLength(1);
  });

  it('is changes for as long as the longest policy looks back, and nothing without rules', () => {
    const rules: Behavior = { scaleUp: { policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }] } };
    expect(scaled(NO_HISTORY, undefined, { from: 1, to: 2, now: NOW })).toBe(NO_HISTORY);
    const history = scaled({ ...NO_HISTORY, ups: [{ change: 1, at: NOW - 61_000 }, { change: 2, at: NOW - 1000 }] }, rules, { from: 1, to: 4, now: NOW });
    expect(history.ups.map(({ change }) => change)).toEqual([2, 3]);
  });
});
