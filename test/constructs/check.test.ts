import { describe, expect, it } from 'vitest';
import { Check, Image, Web, Worker } from '../../lib/index';
import { checkObjects } from '../../lib/check/check-objects';
import { floatingTag } from '../../lib/check/rules/workloads/floating-tag';
import { synthesize } from './synthesize';

const image = Image.reference('shop:latest');
const KEY = 'ignore.twelve-factor.dev/floating-tag';

describe('Check.ignore', () => {
  it('annotates the objects of a construct, also later ones, and no others', () => {
    const objects = synthesize((app) => {
      const web = new Web(app, 'web', { image, port: 80 });
      Check.ignore(web, 'floating-tag', 'the mirror serves one version');
      web.expose();
      new Worker(app, 'worker', { image });
    });
    const annotated = objects.filter(({ metadata }) => metadata.annotations?.[KEY] === 'the mirror serves one version').map(({ kind }) => kind);
    expect(annotated).toEqual(objects.filter(({ metadata }) => metadata.name !== 'shop-worker' && metadata.name?.includes('web')).map(({ kind }) => kind));
    expect(checkObjects(objects, [floatingTag]).map(({ object }) => object.metadata.name)).toEqual([expect.stringContaining('worker')]);
  });

  it('of a part has its own reason, whatever is said of the whole', () => {
    const [object] = synthesize((app) => {
      const worker = new Worker(app, 'worker', { image });
      Check.ignore(worker, 'floating-tag', 'inner');
      Check.ignore(app, 'floating-tag', 'outer');
    });
    expect(object.metadata.annotations?.[KEY]).toBe('inner');
  });

  it('wants a reason and the name of a rule', () => {
    const ignore = (rule: string, reason: string) => () => synthesize((app) => Check.ignore(app, rule, reason));
    expect(ignore('floating-tag', ' ')).toThrow(/Check\.ignore\(the app, 'floating-tag'\) needs a reason/);
    expect(ignore('floating-tag', undefined as unknown as string)).toThrow(/needs a reason/);
    expect(ignore('Floating tag', 'x')).toThrow(/is not the name of a rule/);
  });
});
