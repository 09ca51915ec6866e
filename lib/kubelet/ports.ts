import type { ReadonlyContainer } from './kubelet-context';

/** A port by number or by the name it has in the container. Throws when there is no such name. */
export function resolvePort(port: number | string, { name, ports = [] }: Pick<ReadonlyContainer, 'name' | 'ports'>): number {
  if (typeof port === 'number') return port;
  const named = ports.find((candidate) => candidate.name === port);
  if (named) return named.containerPort;
  const number = Number(port);
  if (Number.isInteger(number) && number > 0 && number < 65_536) return number;
  throw new Error(`couldn't find port: "${port}" in container ${name}`);
}
