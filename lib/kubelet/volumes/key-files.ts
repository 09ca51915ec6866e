import type { DeepReadonly } from '../../base/deep-readonly';
import type { core } from '../../api/types';
import type { VolumeFile } from './atomic-directory';

interface Selection {
  readonly items?: DeepReadonly<core.KeyToPath[]>;
  readonly optional?: boolean;
  readonly mode: number;
  /** For the message. */
  readonly what: 'configmap' | 'secret';
}

/** Keys as files: all of them, or the items under the paths they ask for. Pure. */
export function keyFiles(content: Readonly<Record<string, Buffer | string>>, { items, optional, mode, what }: Selection): VolumeFile[] {
  const wanted: DeepReadonly<core.KeyToPath[]> = items ?? Object.keys(content).map((key) => ({ key, path: key }));
  return wanted.flatMap((item) => {
    if (item.key in content) return [{ path: item.path, mode: item.mode ?? mode, content: content[item.key] }];
    if (optional) return [];
    throw new Error(what === 'configmap' ? `configmap references non-existent config key: ${item.key}` : `references non-existent secret key: ${item.key}`);
  });
}

export function decodeBase64(data: Readonly<Record<string, string>> = {}): Record<string, Buffer> {
  return Object.fromEntries(Object.entries(data).map(([key, base64]) => [key, Buffer.from(base64, 'base64')]));
}
