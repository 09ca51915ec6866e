import type { DaemonSet } from '../api/types';
import type { IngressPorts } from './ingress-ports';
import { EDGE_CONTAINER, EDGE_IMAGE, EDGE_LABELS, EDGE_NAME, EDGE_NAMESPACE, EDGE_SUB_PATH, EDGE_USER, MOUNT, NODE_STATE, nodesDirectory, POD_PORTS, READY } from './names';

/** The proxy on every host whose ports are free and whose files are there. Without any right on the host: its files come from the node, its ports are translated. */
export function edgeDaemonSet(runtime: string, ports: IngressPorts): DaemonSet {
  return {
    apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: EDGE_NAME, namespace: EDGE_NAMESPACE, labels: EDGE_LABELS },
    spec: {
      selector: { matchLabels: EDGE_LABELS },
      template: {
        metadata: { labels: EDGE_LABELS },
        spec: {
          priorityClassName: 'system-node-critical', automountServiceAccountToken: false, enableServiceLinks: false, terminationGracePeriodSeconds: 30,
          nodeSelector: { [NODE_STATE]: READY },
          tolerations: [{ operator: 'Exists' }],
          securityContext: { runAsUser: EDGE_USER, runAsGroup: EDGE_USER, runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [{
            name: EDGE_CONTAINER, image: EDGE_IMAGE, imagePullPolicy: 'IfNotPresent',
            command: ['haproxy', '-W', '-db', '-S', `${MOUNT}/run/master.sock,mode,600`, '-f', `${MOUNT}/current/haproxy.cfg`],
            ports: [
              { name: 'http', containerPort: POD_PORTS.http, hostPort: ports.http, protocol: 'TCP' },
              { name: 'https', containerPort: POD_PORTS.https, hostPort: ports.https, protocol: 'TCP' },
            ],
            readinessProbe: { httpGet: { path: '/healthz', port: POD_PORTS.health }, periodSeconds: 2 },
            livenessProbe: { httpGet: { path: '/alive', port: POD_PORTS.health }, periodSeconds: 10, failureThreshold: 3 },
            resources: { requests: { cpu: '10m', memory: '32Mi' } },
            securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
            env: [{ name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
            volumeMounts: [{ name: 'edge', mountPath: MOUNT, subPathExpr: EDGE_SUB_PATH }],
          }],
          volumes: [{ name: 'edge', hostPath: { path: nodesDirectory(runtime), type: 'Directory' } }],
        },
      },
    },
  };
}
