import { splitApiVersion } from '../../../api/kinds';
import type { KubeObject } from '../../../api/types';
import type { DeepReadonly } from '../../../base/deep-readonly';
import type { Rule } from '../../rule';

const settings = (second: string) => `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings }
data: { LOG_LEVEL: info }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: ${second} }
data: { LOG_LEVEL: debug }
`;

/** The same object twice: whichever is applied later wins. */
export const duplicateObject: Rule = {
  id: 'duplicate-object',
  severity: 'error',
  summary: 'An object is there twice',
  why: 'Whichever is applied later replaces the other, so half of what was written has no effect, and which half depends on the order of the files.',
  seeAlso: 'https://kubernetes.io/docs/concepts/overview/working-with-objects/names/',
  examples: { fails: settings('settings'), passes: settings('settings-of-worker') },

  *check(objects) {
    const seen = new Set<string>();
    for (const object of objects.all) {
      const { kind, metadata: { name, namespace } } = object;
      if (!name) continue; // each gets a name of its own from the server
      const key = `${splitApiVersion(object.apiVersion).group}/${kind}/${namespace ?? ''}/${name}`;
      if (seen.has(key)) yield { object, field: 'metadata.name', message: `there is another ${kind} ${name}${where(object)}`, fix: 'remove one of the two, or give them different names' };
      seen.add(key);
    }
  },
};

const where = ({ metadata: { namespace } }: DeepReadonly<KubeObject>) => (namespace ? ` in namespace ${namespace}` : '');
