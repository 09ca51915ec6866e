import { tryNearest } from '../../../base/nearest';
import { tryConfigKeys } from '../../config-keys';
import { containersIn } from '../../containers-in';
import type { Rule } from '../../rule';

const pod = (file: string) => `
apiVersion: v1
kind: ConfigMap
metadata: { name: proxy }
data: { nginx.conf: 'events {}' }
---
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - name: web
      image: nginx:1.27.3
      volumeMounts: [{ name: settings, mountPath: /etc/nginx/nginx.conf, subPath: ${file} }]
  volumes: [{ name: settings, configMap: { name: proxy } }]
`;

/** One file of a ConfigMap or Secret is mounted, and there is no such file: the kubelet makes an empty directory in its place. */
export const missingFile: Rule = {
  id: 'missing-file',
  severity: 'error',
  summary: 'A file is mounted that its ConfigMap or Secret does not have',
  why: 'The kubelet makes an empty directory where the file should be. The process starts and reads a directory, or finds nothing; nothing in the status of the pod says why.',
  seeAlso: 'https://kubernetes.io/docs/concepts/storage/volumes/#using-subpath',
  examples: { fails: pod('ngnix.conf'), passes: pod('nginx.conf') },

  *check(objects) {
    for (const { container, path, template: { object, spec } } of containersIn(objects)) {
      for (const [index, { name, subPath }] of (container.volumeMounts ?? []).entries()) {
        const volume = subPath ? (spec.volumes ?? []).find((candidate) => candidate.name === name) : undefined;
        if (!subPath || !volume) continue;
        const { configMap, secret } = volume;
        const [kind, source] = configMap?.name ? ['ConfigMap', configMap.name] as const : ['Secret', secret?.secretName] as const;
        const items = configMap?.items ?? secret?.items;
        const files = !source ? undefined : items?.map((item) => item.path) ?? tryConfigKeys(objects, kind, object.metadata.namespace, source);
        if (!source || !files || files.some((file) => file === subPath || file.startsWith(`${subPath}/`))) continue;
        const meant = tryNearest(subPath, files);
        yield {
          object, field: `${path}.volumeMounts[${index}].subPath`,
          message: `${kind} ${source} has no file ${subPath}; it has ${files.join(', ') || 'none'}`,
          fix: meant ? `write ${meant}` : `add the key ${subPath} to ${kind} ${source}, or mount one that exists`,
        };
      }
    }
  },
};
