import { describe, expect, it } from 'vitest';
import { checkObjects } from '../../lib/check/check-objects';
import { Image, LogSidecar, Size, type TwelveFactorAppOptions, Web } from '../../lib/index';
import { ofKind, synthesize } from './synthesize';

const image = Image.reference('nginx:1.22');
const build = (sidecar: LogSidecar, options?: TwelveFactorAppOptions) => synthesize((app) => new Web(app, 'web', { image, port: 80, attach: [sidecar] }), options);
const podOf = (objects: readonly any[]) => ofKind(objects, 'Deployment').spec.template.spec;

describe('LogSidecar', () => {
  const files = ['/var/log/shop/access.log', '/var/log/shop/error.log'] as const;

  it('is a native sidecar for each file, and shares their folder', () => {
    const objects = build(LogSidecar.follow(files));
    const pod = podOf(objects);
    expect(pod.initContainers.map(({ name, restartPolicy, image: used, command }: any) => ({ name, restartPolicy, used, file: command[4], goOn: command[5] }))).toEqual([
      { name: 'log-access', restartPolicy: 'Always', used: 'busybox:1.35', file: files[0], goOn: '0' },
      { name: 'log-error', restartPolicy: 'Always', used: 'busybox:1.35', file: files[1], goOn: '0' },
    ]);
    expect(pod.volumes).toEqual([{ name: 'writable-var-log-shop', emptyDir: { sizeLimit: '256Mi' } }]);
    expect(pod.initContainers[0].volumeMounts).toEqual([{ name: 'writable-var-log-shop', mountPath: '/var/log/shop', readOnly: true }]);
    expect(pod.containers[0].volumeMounts).toEqual([{ name: 'writable-var-log-shop', mountPath: '/var/log/shop' }]);
    expect(checkObjects(objects)).toEqual([]);
  });

  it('goes on as long as the process may, where there are no native sidecars', () => {
    const pod = podOf(build(LogSidecar.follow([files[0]]), { environments: { prod: { kubernetes: '1.28' } } }));
    expect(pod.initContainers).toBeUndefined();
    expect(pod.containers.map(({ name, command }: any) => [name, command?.[5]])).toEqual([['web', undefined], ['log-access', '35']]);
  });

  it('calls files of the same name by their folders', () => {
    const names = podOf(build(LogSidecar.follow(['/a/x.log', '/b/x.log'], { limit: Size.mebibytes(64) }))).initContainers.map(({ name }: any) => name);
    expect(names).toEqual(['log-a-x', 'log-b-x']);
  });

  it('refuses what is not one file in a folder', () => {
    for (const file of ['access.log', '/access.log', '/var/log/*.log', '/var/log/../x/y.log']) expect(() => LogSidecar.follow([file])).toThrow(/is not the path of one file in a folder/);
  });
});
