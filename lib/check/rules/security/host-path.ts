import type { Rule } from '../../rule';

/** Folders from which the whole node can be read or changed. What lies below them, such as /etc/localtime or /var/log, is not meant. */
const SENSITIVE = ['/', '/boot', '/dev', '/etc', '/etc/kubernetes', '/home', '/lib', '/proc', '/root', '/run', '/sys', '/usr', '/var', '/var/lib', '/var/lib/containerd', '/var/lib/docker', '/var/lib/etcd', '/var/lib/kubelet', '/var/run'];

export const hostPath: Rule = {
  id: 'host-path',
  severity: 'warning',
  summary: 'The pod mounts a folder that is the node itself',
  why: 'Whoever takes over the process reads the keys of the node and the data of every other pod there; where the mount is writable, one file more is enough to become root on it.',
  seeAlso: 'https://kubernetes.io/docs/concepts/storage/volumes/#hostpath',
  examples: {
    fails: `
apiVersion: v1
kind: Pod
metadata: { name: agent }
spec:
  containers:
    - { name: agent, image: shop:1.4.2, volumeMounts: [{ name: host, mountPath: /host }] }
  volumes: [{ name: host, hostPath: { path: / } }]
`,
    passes: `
apiVersion: v1
kind: Pod
metadata: { name: agent }
spec:
  containers:
    - { name: agent, image: shop:1.4.2, volumeMounts: [{ name: logs, mountPath: /var/log, readOnly: true }] }
  volumes: [{ name: logs, hostPath: { path: /var/log } }]
`,
  },

  *check(objects) {
    for (const { containers, object, path, spec } of objects.podTemplates) {
      for (const [index, { hostPath: source, name }] of (spec.volumes ?? []).entries()) {
        if (!source?.path || !SENSITIVE.includes(source.path.replace(/(?<=.)\/+$/, ''))) continue;
        const writable = containers.some(({ container }) => container.volumeMounts?.some((mount) => mount.name === name && !mount.readOnly));
        yield { object, field: `${path}.volumes[${index}].hostPath.path`, message: `${source.path} of the node is ${writable ? 'writable' : 'readable'} for it`, fix: `mount only the folder that is needed${writable ? ', with readOnly: true where it is only read' : ''}` };
      }
    }
  },
};
