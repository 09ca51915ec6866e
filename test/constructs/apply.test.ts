import { ApiObject, type App, Chart } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { Apply, Image, Web, Worker } from '../../lib/index';
import { byUserRule, tryUserRule } from '../../lib/apply/readiness/user-rule';
import { leftFields } from '../../lib/apply/fields/leave-fields';
import { synthesize } from './synthesize';

const image = Image.reference('shop:1');
const widget = (app: App) => new ApiObject(new Chart(app, 'custom'), 'widget', { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'blue' } });

describe('Apply', () => {
  it('keeps the objects of a construct, also later ones, and no others', () => {
    const objects = synthesize((app) => {
      const web = new Web(app, 'web', { image, port: 80 });
      Apply.keep(web);
      web.expose();
      new Worker(app, 'worker', { image });
    });
    const kept = objects.filter(({ metadata }) => metadata.annotations?.['twelve-factor.dev/keep'] === 'true').map(({ metadata }) => metadata.name);
    expect(kept).toEqual(objects.filter(({ metadata }) => metadata.name?.includes('web')).map(({ metadata }) => metadata.name));
    expect(kept).not.toEqual([]);
  });

  it('leaves fields to others, as apply reads them', () => {
    const objects = synthesize((app) => {
      const { deployment } = new Web(app, 'web', { image, port: 80 });
      Apply.leaveFields(deployment, 'spec.replicas');
      Apply.leaveFields(deployment, 'spec.template.spec.containers[web].image', ' metadata.annotations["a.b/c"] ');
    });
    const left = leftFields(objects.map((object) => ({ object, source: 'main.ts:1' })));
    expect(objects.flatMap(left)).toEqual(['spec.replicas', 'spec.template.spec.containers[web].image', 'metadata.annotations["a.b/c"]']);
  });

  it('says when an object is ready, and when it never will be, as apply reads it', () => {
    const [object] = synthesize((app) => {
      const made = widget(app);
      Apply.readyWhen(made, 'Synced=True', '.status.phase=Running');
      Apply.failedWhen(made, '.status.phase=Broken');
      Apply.failedWhen(made, 'Stalled=True');
    });
    const rule = tryUserRule(object.metadata.annotations);
    const judge = (status: object) => rule && byUserRule(rule, { ...object, status } as never);
    expect(judge({ phase: 'Running', conditions: [{ type: 'Synced', status: 'True' }] })).toMatchObject({ done: true, successful: true });
    expect(judge({ phase: 'Running' })).toMatchObject({ done: false, message: 'not yet Synced=True' });
    expect(judge({ phase: 'Broken' })).toMatchObject({ done: true, successful: false });
    expect(judge({ conditions: [{ type: 'Stalled', status: 'True' }] })).toMatchObject({ done: true, successful: false });
  });

  it('wants something to be said', () => {
    expect(() => synthesize((app) => Apply.leaveFields(widget(app)))).toThrow(/Apply\.leaveFields\(.*widget\) needs the path of a field, for example spec\.replicas/);
    expect(() => synthesize((app) => Apply.readyWhen(widget(app), ' '))).toThrow(/Apply\.readyWhen\(.*widget\) needs a condition \(Ready=True\) or a field with its value/);
  });
});
