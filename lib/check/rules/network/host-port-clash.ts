import type { PodTemplate } from '../../pod-templates';
import type { Rule } from '../../rule';

const agent = (name: string, port: number) => `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers: [{ name: agent, image: agent:2.0, ports: [{ containerPort: 9100, hostPort: ${port} }] }]
---`;

/** Something that runs on every node takes a port of the node that another workload wants. */
export const hostPortClash: Rule = {
  id: 'host-port-clash',
  severity: 'warning',
  summary: 'Two workloads want the same port of a node',
  why: 'A port of a node is there once, and a DaemonSet takes it on every node: pods of the other workload find no node and stay Pending.',
  seeAlso: 'https://kubernetes.io/docs/concepts/configuration/overview/#services',
  examples: { fails: `${agent('metrics', 9100)}${agent('logs', 9100)}`, passes: `${agent('metrics', 9100)}${agent('logs', 9101)}` },

  *check(objects) {
    const taken = new Map<string, PodTemplate>();
    const everywhere = objects.podTemplates.filter(({ spec }) => !spec.nodeSelector && !spec.affinity?.nodeAffinity && !spec.nodeName);
    for (const template of everywhere.filter(({ object }) => object.kind === 'DaemonSet')) {
      for (const { key } of hostPorts(template)) taken.set(key, taken.get(key) ?? template);
    }
    for (const template of everywhere) {
      for (const { key, field } of hostPorts(template)) {
        const first = taken.get(key);
        if (first && first !== template) yield { object: template.object, field, message: `${first.owner} takes ${key} on every node`, fix: 'use another port, or a Service in front of the pods instead of a host port' };
      }
    }
  },
};

function hostPorts({ containers, spec }: PodTemplate) {
  return containers.flatMap(({ container, path }) => (container.ports ?? []).flatMap(({ hostPort, containerPort, hostIP = '', protocol = 'TCP' }, index) => {
    const port = hostPort ?? (spec.hostNetwork ? containerPort : undefined);
    return port ? [{ key: `${hostIP && `${hostIP}:`}${port}/${protocol}`, field: `${path}.ports[${index}].${hostPort ? 'hostPort' : 'containerPort'}` }] : [];
  }));
}
