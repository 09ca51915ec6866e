import { expect, it } from 'vitest';
import { directoryOf } from '../../lib/cluster/local-volumes-service';

const volume = (path: string) => ({ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'pv' }, spec: { hostPath: { path } } });

it('removes only what is below the directory of this node\'s volumes', () => {
  const context = { volumesDirectory: '/data/volumes' };
  expect(directoryOf(volume('/data/volumes/pvc-1_default_data'), context)).toBe('/data/volumes/pvc-1_default_data');
  for (const path of ['/', '/data/volumes', '/data/volumes/../etc', '/etc']) expect(() => directoryOf(volume(path), context)).toThrow(`${path} of pv is not a volume of this node (/data/volumes)`);
});
