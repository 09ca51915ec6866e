import type { Rule } from '../../rule';

const SOCKET = /(?:^|\/)(?:docker|containerd|crio|cri-dockerd|podman|buildkitd)\.sock$/;

export const runtimeSocket: Rule = {
  id: 'runtime-socket',
  severity: 'warning',
  summary: 'The pod talks to the container runtime of its node',
  why: 'Who may write to this socket may start a privileged container with the node\'s whole file system: it is root on the node, also where the mount is read-only and the process is not root.',
  seeAlso: 'https://docs.docker.com/engine/security/#docker-daemon-attack-surface',
  examples: {
    fails: `
apiVersion: v1
kind: Pod
metadata: { name: builder }
spec:
  containers:
    - { name: builder, image: shop:1.4.2, volumeMounts: [{ name: docker, mountPath: /var/run/docker.sock }] }
  volumes: [{ name: docker, hostPath: { path: /var/run/docker.sock, type: Socket } }]
`,
    passes: `
apiVersion: v1
kind: Pod
metadata: { name: builder }
spec:
  containers:
    - { name: builder, image: shop:1.4.2, volumeMounts: [{ name: work, mountPath: /work }] }
  volumes: [{ name: work, emptyDir: {} }]
`,
  },

  *check(objects) {
    for (const { object, path, spec } of objects.podTemplates) {
      for (const [index, { hostPath }] of (spec.volumes ?? []).entries()) {
        if (hostPath && SOCKET.test(hostPath.path)) yield { object, field: `${path}.volumes[${index}].hostPath.path`, message: `${hostPath.path} makes it root on its node`, fix: 'build images without a daemon (buildkit rootless, kaniko), and read what runs from the Kubernetes API' };
      }
    }
  },
};
