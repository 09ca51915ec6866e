import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FakeClock } from '../../../lib/base/fake-clock';
import { configMapVolume } from '../../../lib/kubelet/volumes/config-map';
import { downwardApiVolume } from '../../../lib/kubelet/volumes/downward-api';
import { emptyDirVolume } from '../../../lib/kubelet/volumes/empty-dir';
import { hostPathVolume } from '../../../lib/kubelet/volumes/host-path';
import { projectedVolume } from '../../../lib/kubelet/volumes/projected';
import { secretVolume } from '../../../lib/kubelet/volumes/secret';
import type { VolumeContext } from '../../../lib/kubelet/volumes/volume-plugin';
import { volumeContract } from '../../contract/volume';
import { podOf } from '../builders';
import { FakeApi } from '../fake-api';

const api = new FakeApi();
const japanese = 'こんにちは\n"quoted"\n';
const large = 'ä'.repeat(50_000);
const putConfigMap = (data: Record<string, string>) => api.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'shop' }, data } as never);
putConfigMap({ greeting: japanese, large });
api.put({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'keys', namespace: 'shop' }, data: { key: Buffer.from([0, 255, 10]).toString('base64') } } as never);

const contextOf = (directory: string): VolumeContext => ({
  client: api.client, lister: api.informers.lister, clock: new FakeClock(), nodeName: 'n1', hostRoot: '', nodeAddress: '192.0.2.1', allocatable: () => ({}), pod: podOf({}, { labels: { a: '1' } }), name: 'v', directory, podIp: '10.0.0.2',
});
const file = (hostPath: string, name: string) => readFile(path.join(hostPath, name));
const halfWritten = async (directory: string) => {
  await mkdir(path.join(directory, '..2020_half'), { recursive: true });
  await writeFile(path.join(directory, '..2020_half', 'greeting'), 'half');
};

volumeContract('configMap', {
  setUp: (directory) => configMapVolume.setUp({ name: 'settings' }, contextOf(directory)),
  tearDown: configMapVolume.tearDown,
  leaveHalfDone: halfWritten,
  async expectContent(hostPath) {
    expect(await file(hostPath, 'greeting')).toEqual(Buffer.from(japanese));
    expect((await file(hostPath, 'large')).length).toBe(100_000);
    expect((await readdir(hostPath)).filter((name) => !name.startsWith('..')).sort()).toEqual(['greeting', 'large']);
  },
});

volumeContract('secret', {
  setUp: (directory) => secretVolume.setUp({ secretName: 'keys', defaultMode: 0o400 }, contextOf(directory)),
  tearDown: secretVolume.tearDown,
  leaveHalfDone: halfWritten,
  async expectContent(hostPath) {
    expect(await file(hostPath, 'key')).toEqual(Buffer.from([0, 255, 10]));
    expect((await stat(path.join(hostPath, 'key'))).mode & 0o777).toBe(0o400);
  },
});

volumeContract('projected', {
  setUp: (directory) => projectedVolume.setUp({ sources: [{ serviceAccountToken: { path: 'token' } }, { configMap: { name: 'settings', items: [{ key: 'greeting', path: 'deep/er' }] } }] }, contextOf(directory)),
  tearDown: projectedVolume.tearDown,
  async expectContent(hostPath) {
    expect((await file(hostPath, 'token')).toString()).toBe('a-token');
    expect((await file(hostPath, 'deep/er')).toString()).toBe(japanese);
  },
});

volumeContract('downwardAPI', {
  setUp: (directory) => downwardApiVolume.setUp({ items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] }, contextOf(directory)),
  tearDown: downwardApiVolume.tearDown,
  expectContent: async (hostPath) => expect((await file(hostPath, 'labels')).toString()).toBe('a="1"'),
});

volumeContract('emptyDir', {
  setUp: (directory) => emptyDirVolume.setUp({}, contextOf(directory)),
  tearDown: emptyDirVolume.tearDown,
  expectContent: async (hostPath) => expect((await stat(hostPath)).mode & 0o777).toBe(0o777),
});

describe('volumes', () => {
  const temporary = mkdtemp(path.join(os.tmpdir(), 'volumes-'));
  afterAll(async () => rm(await temporary, { recursive: true, force: true }));

  it('swap all files of a ConfigMap at once, and leave them alone when nothing changed', async () => {
    const directory = path.join(await temporary, 'swap');
    const source = { name: 'settings' };
    await configMapVolume.setUp(source, contextOf(directory));
    const before = await readlink(path.join(directory, '..data'));
    await configMapVolume.setUp(source, contextOf(directory));
    expect(await readlink(path.join(directory, '..data'))).toBe(before);
    putConfigMap({ other: 'new' });
    await configMapVolume.setUp(source, contextOf(directory));
    expect((await readdir(directory)).filter((name) => !name.startsWith('..'))).toEqual(['other']);
    expect((await readdir(directory)).length).toBe(3);
  });

  it('name what is missing unless it is optional', async () => {
    const context = contextOf(path.join(await temporary, 'missing'));
    await expect(configMapVolume.setUp({ name: 'none' }, context)).rejects.toThrow('configmap "none" not found');
    await expect(configMapVolume.setUp({ name: 'settings', items: [{ key: 'no', path: 'no' }] }, context)).rejects.toThrow('configmap references non-existent config key: no');
    await expect(configMapVolume.setUp({ name: 'none', optional: true }, context)).resolves.toBeDefined();
  });

  it('check the type of a path of the node', async () => {
    const directory = path.join(await temporary, 'host');
    const setUp = (type: string) => hostPathVolume.setUp({ path: directory, type }, contextOf(''));
    await expect(setUp('Directory')).rejects.toThrow('is not a directory');
    await setUp('DirectoryOrCreate');
    await expect(setUp('Directory')).resolves.toMatchObject({ hostPath: directory, readOnly: false });
    await expect(setUp('File')).rejects.toThrow('is not a file');
    await expect(setUp('FileOrCreate')).rejects.toThrow('is not a file');
  });
});
