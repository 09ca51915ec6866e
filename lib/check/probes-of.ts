import type { core } from '../api/types';
import type { DeepReadonly } from '../base/deep-readonly';
import type { CheckedContainer } from './pod-templates';

export interface NamedHandler {
  /** `readinessProbe.httpGet`, `lifecycle.preStop.httpGet` */
  readonly field: string;
  readonly port: string | number;
}

/** The ports that the kubelet connects to for a container: those of its probes and lifecycle hooks. */
export function handlerPorts({ container }: CheckedContainer): readonly NamedHandler[] {
  const { livenessProbe, readinessProbe, startupProbe, lifecycle } = container;
  const handlers: Record<string, DeepReadonly<core.LifecycleHandler> | undefined> = {
    startupProbe, readinessProbe, livenessProbe, 'lifecycle.postStart': lifecycle?.postStart, 'lifecycle.preStop': lifecycle?.preStop,
  };
  return Object.entries(handlers).flatMap(([name, handler]) => [
    ...(handler?.httpGet ? [{ field: `${name}.httpGet.port`, port: handler.httpGet.port as string | number }] : []),
    ...(handler?.tcpSocket ? [{ field: `${name}.tcpSocket.port`, port: handler.tcpSocket.port as string | number }] : []),
  ]);
}

/** Seconds from the first failure until a probe acts. */
export const patience = ({ periodSeconds = 10, failureThreshold = 3 }: DeepReadonly<core.Probe>) => periodSeconds * failureThreshold;
