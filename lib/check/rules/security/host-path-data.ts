import type { Rule } from '../../rule';

/** Data in a folder of whichever node the pod happens to run on. */
export const hostPathData: Rule = {
  id: 'host-path-data',
  severity: 'warning',
  summary: 'The data of the pod stays on a node that it may leave',
  why: 'The pod starts on another node after a drain or a crash, and finds an empty folder, or that of another program. The data is still on the old node, where nobody looks for it.',
  seeAlso: 'https://12factor.net/processes',
  examples: {
    fails: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: web, image: shop:1.4.2, volumeMounts: [{ name: uploads, mountPath: /uploads }] }
      volumes: [{ name: uploads, hostPath: { path: /srv/uploads } }]
`,
    passes: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
        - { name: web, image: shop:1.4.2, volumeMounts: [{ name: uploads, mountPath: /uploads }] }
      volumes: [{ name: uploads, persistentVolumeClaim: { claimName: uploads } }]
`,
  },

  *check(objects) {
    for (const { containers, object, path, spec } of objects.podTemplates) {
      const stays = object.kind === 'DaemonSet' || spec.nodeName || spec.affinity?.nodeAffinity || Object.keys(spec.nodeSelector ?? {}).some((key) => key !== 'kubernetes.io/os' && key !== 'kubernetes.io/arch');
      if (stays) continue;
      for (const [index, { hostPath, name }] of (spec.volumes ?? []).entries()) {
        const kept = hostPath && !isSocket(hostPath) && containers.some(({ container }) => container.volumeMounts?.some((mount) => mount.name === name && !mount.readOnly));
        if (kept) yield { object, field: `${path}.volumes[${index}].hostPath`, message: `it writes to ${hostPath.path} of whichever node it runs on`, fix: 'use a persistentVolumeClaim, or an emptyDir for what may be lost; readOnly: true on the mount where it only reads' };
      }
    }
  },
};

const isSocket = ({ path, type }: { readonly path: string; readonly type?: string }) => type === 'Socket' || path.endsWith('.sock') || type === 'CharDevice' || type === 'BlockDevice';
