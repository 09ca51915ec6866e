import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../lib/api/types';
import { leftOver, planPrune, removesEverything } from '../../lib/apply/prune/prune-plan';
import { decideRelease, taskStates } from '../../lib/apply/releases/decide-release';
import { decodeRelease, encodeRelease, identityOf, type Release } from '../../lib/apply/releases/release';
import { releasesToForget } from '../../lib/apply/releases/release-store';
import { rollbackTarget } from '../../lib/apply/releases/rollback';

const object = (kind: string, name: string, more: object = {}) => ({ apiVersion: 'v1', kind, metadata: { name, namespace: 'shop', labels: { 'twelve-factor.dev/app': 'shop' } }, ...more }) as KubeObject;
const release = (number: number, objects: readonly KubeObject[], more: Partial<Release> = {}): Release => ({
  application: 'shop', number, status: 'deployed', at: '2026-01-01T00:00:00Z', by: 'me@here', summary: '1 created', objects, inventory: objects.map(identityOf), ...more,
});

describe('a release', () => {
  it('comes back from its Secret as it was, without the values of Secrets', () => {
    const secret = object('Secret', 'db', { data: { password: 'Z2VoZWlt' } });
    const kept = encodeRelease(release(7, [object('ConfigMap', 'config'), secret], { revision: 'abc', rollbackTo: 5 }), 'shop');
    expect(JSON.stringify(kept)).not.toContain('Z2VoZWlt');
    expect(kept.metadata.name).toBe('shop.release-7');
    expect(decodeRelease(kept)).toEqual(release(7, [object('ConfigMap', 'config'), object('Secret', 'db')], { revision: 'abc', rollbackTo: 5 }));
  });

  it('that is too large is kept without its manifests', () => {
    const noise = Array.from({ length: 200_000 }, (_, index) => Math.sin(index).toString(36)).join('');
    expect(decodeRelease(encodeRelease(release(1, [object('ConfigMap', 'large', { data: { noise } })]), 'shop'))).toMatchObject({ objects: undefined, inventory: [{ name: 'large' }] });
  });

  it('is forgotten when there are too many, but never the one that runs', () => {
    const releases = [release(1, []), release(2, [], { status: 'failed' }), release(3, [], { status: 'failed' }), release(4, [], { status: 'failed' })];
    expect(releasesToForget(releases, 2).map(({ number }) => number)).toEqual([2]);
  });
});

describe('which release an apply is', () => {
  const a = [object('ConfigMap', 'a')];
  const b = [object('ConfigMap', 'b')];
  it('is none when nothing differs', () => {
    expect(decideRelease([release(1, a)], a, 0)).toMatchObject({ kind: 'none' });
  });
  it('is a new one for new content, or for a cluster that has drifted', () => {
    expect(decideRelease([], a, 1)).toEqual({ kind: 'new', number: 1 });
    expect(decideRelease([release(1, a)], b, 1)).toEqual({ kind: 'new', number: 2 });
    expect(decideRelease([release(1, a)], a, 1)).toEqual({ kind: 'new', number: 2 });
  });
  it('is the last one when that did not come to its end', () => {
    expect(decideRelease([release(1, a), release(2, b, { status: 'pending' })], b, 3)).toMatchObject({ kind: 'finish', release: { number: 2 } });
  });
});

describe('a release task', () => {
  const task = (command: string) => ({ ...object('Job', 'migrate', { spec: { template: command } }), apiVersion: 'batch/v1' });
  const live = (number: string, type?: string) => ({ ...task('x'), metadata: { labels: { 'twelve-factor.dev/release': number } }, spec: {}, status: type ? { conditions: [{ type, status: 'True' }] } : {} }) as KubeObject;

  it('runs when it is another one than that of the release that runs, whatever else has changed', () => {
    expect(taskStates([])(task('x'), undefined)).toBe('due');
    expect(taskStates([release(1, [task('x')])])(task('x'), undefined)).toBe('done');
    expect(taskStates([release(1, [task('x')])])(task('y'), live('1', 'Complete'))).toBe('due');
  });

  it('of an apply that did not come to its end is neither repeated nor ended when it runs or is done', () => {
    const state = taskStates([release(1, [task('x')]), release(2, [task('y')], { status: 'pending' })]);
    expect([live('2', 'Complete'), live('2'), live('2', 'Failed'), live('1', 'Complete'), undefined].map((job) => state(task('y'), job))).toEqual(['done', 'running', 'due', 'due', 'due']);
  });
});

describe('the release to roll back to', () => {
  const releases = [release(1, []), release(2, []), release(3, [], { status: 'failed' }), release(4, [])];
  it('is the one that ran before, or the one that is named', () => {
    expect(rollbackTarget(releases, undefined).number).toBe(2);
    expect(rollbackTarget(releases, 1).number).toBe(1);
    expect(rollbackTarget([...releases, release(5, [], { rollbackTo: 2 })], undefined).number).toBe(1);
  });
  it('must be kept', () => {
    expect(() => rollbackTarget(releases, 9)).toThrow(/release 9 is not kept; kept are: 1, 2, 3, 4/);
    expect(() => rollbackTarget([release(1, [])], undefined)).toThrow(/no release before/);
  });
});

describe('what is pruned', () => {
  const plan = (left: readonly KubeObject[], more: Partial<Parameters<typeof planPrune>[0]> = {}) => {
    const { remove, keep } = planPrune({ application: 'shop', left, kept: [], templates: [], ...more });
    return { remove: remove.map(({ metadata }) => metadata.name), keep: keep.map(({ object: { metadata }, reason }) => `${metadata.name} ${reason}`) };
  };

  it('is what left the program, in the opposite order of apply', () => {
    expect(leftOver([release(1, [object('ConfigMap', 'a'), object('Service', 'b')])], [object('Service', 'b')])).toMatchObject([{ name: 'a' }]);
    expect(plan([object('ServiceAccount', 'a'), object('Deployment', 'b')])).toEqual({ remove: ['b', 'a'], keep: [] });
  });

  it('is never what belongs to somebody else', () => {
    const foreign = { ...object('Service', 'x'), metadata: { name: 'x', labels: { 'twelve-factor.dev/app': 'other' } } };
    const unlabelled = { ...object('Service', 'y'), metadata: { name: 'y' } };
    const owned = { ...object('Service', 'z'), metadata: { ...object('Service', 'z').metadata, ownerReferences: [{ apiVersion: 'v1', kind: 'X', name: 'x', uid: '1' }] } };
    expect(plan([foreign, unlabelled, owned])).toEqual({ remove: [], keep: [] });
  });

  it('is neither data nor what is to be kept', () => {
    const annotated = { ...object('Service', 'x'), metadata: { ...object('Service', 'x').metadata, annotations: { 'twelve-factor.dev/keep': 'true' } } };
    expect(plan([object('PersistentVolumeClaim', 'db'), annotated])).toEqual({ remove: [], keep: ['db data', 'x annotation'] });
  });

  it('is not what somebody wants to stay this time', () => {
    expect(plan([object('Service', 'x'), object('Deployment', 'x')], { asked: ['Service/x'] })).toEqual({ remove: ['x'], keep: ['x asked'] });
  });

  it('is no configuration that a kept release or a version of a workload still needs', () => {
    const template = { spec: { containers: [{ name: 'x', envFrom: [{ configMapRef: { name: 'two' } }] }] } };
    const left = ['one', 'two', 'three'].map((name) => object('ConfigMap', name));
    expect(plan(left, { kept: [release(1, [object('ConfigMap', 'one')])], templates: [{ namespace: 'shop', template }] })).toEqual({ remove: ['three'], keep: ['one referenced', 'two referenced'] });
  });

  it('is no configuration where we may not read who uses it', () => {
    expect(plan([object('ConfigMap', 'one'), object('Service', 'x')], { unreadable: ['shop'] })).toEqual({ remove: ['x'], keep: ['one referenced'] });
  });

  it('is a mistake when nothing would be left', () => {
    const old = [release(1, [object('Deployment', 'web')])];
    const removal = { remove: [object('Deployment', 'web')], keep: [] };
    expect(removesEverything(old, [object('Deployment', 'other')], removal)).toBe(true);
    expect(removesEverything(old, [object('Deployment', 'web')], removal)).toBe(false);
  });
});
