import { isLongRunning } from './containers-in';
import type { PodTemplate } from './pod-templates';

export interface ListedPort {
  readonly name?: string;
  readonly number: number;
  readonly protocol: string;
}

/** The ports that the containers of a pod list, sidecars included. */
export function listedPorts({ containers }: PodTemplate): readonly ListedPort[] {
  return containers.filter(isLongRunning).flatMap(({ container }) => (container.ports ?? []).map(({ name, containerPort, protocol = 'TCP' }) => ({ name, number: containerPort, protocol })));
}

/** `http (8080), 9090`, for a message. */
export const describePorts = (ports: readonly ListedPort[]): string => [...new Set(ports.map(({ name, number }) => (name ? `${name} (${number})` : String(number))))].join(', ') || 'none';
