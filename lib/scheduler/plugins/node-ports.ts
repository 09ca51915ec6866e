import { hostPortsOf, type UsedPort } from '../node-info';
import type { Plugin } from '../plugin';

/** Two pods of a node cannot have the same host port, unless on different addresses. */
export const nodePorts: Plugin = {
  name: 'NodePorts',
  retryOn: ['NodeAdded', 'PodDeleted'],
  prepare(pod) {
    const wanted = hostPortsOf(pod);
    if (wanted.length === 0) return undefined;
    return {
      filter({ ports }) {
        const used = [...ports.values()].flat();
        return wanted.some((port) => used.some((other) => conflicts(port, other))) ? { reasons: ["node(s) didn't have free ports for the requested pod ports"] } : undefined;
      },
    };
  },
};

const ANY = '0.0.0.0';

export function conflicts(a: UsedPort, b: UsedPort): boolean {
  return a.port === b.port && a.protocol === b.protocol && (a.hostIp === b.hostIp || a.hostIp === ANY || b.hostIp === ANY);
}
