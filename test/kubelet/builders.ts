import type { Pod, core } from '../../lib/api/types';
import type { ContainerState, PodSandbox } from '../../lib/cri/cri';
import { CONTAINER_HASH } from '../../lib/cri/labels';
import { containerHash } from '../../lib/kubelet/container-hash';
import type { PodRuntime } from '../../lib/kubelet/pod-runtime';

const identity = { uid: 'u1', name: 'web', namespace: 'shop' };

export function podOf(spec: Partial<core.PodSpec> = {}, metadata: Partial<Pod['metadata']> = {}): Pod {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...identity, ...metadata }, spec: { nodeName: 'n1', containers: [{ name: 'app', image: 'busybox' }], ...spec } };
}

export const sandbox = (more: Partial<PodSandbox> = {}): PodSandbox => ({ id: 's1', pod: identity, attempt: 0, ready: true, createdAt: 0, ip: '10.0.0.2', hostNetwork: false, ...more });

export function state(name: string, more: Partial<ContainerState> = {}): ContainerState {
  return {
    id: `${name}-0`, sandboxId: 's1', pod: identity, name, attempt: 0, state: 'running', createdAt: 0, startedAt: 1, labels: { [CONTAINER_HASH]: containerHash({ name, image: 'busybox' }) },
    image: 'busybox', imageId: 'sha256:1', oomKilled: false, error: '', logPath: '', tty: false, ...more,
  };
}

export const exited = (name: string, exitCode: number, more: Partial<ContainerState> = {}) => state(name, { state: 'exited', exitCode, finishedAt: 2, ...more });

export const runtimeOf = (containers: readonly ContainerState[], sandboxes: readonly PodSandbox[] = [sandbox()]): PodRuntime => ({ sandboxes, containers });
