import type { k8s } from './kubernetes';

export function checkPort(what: string, port: number): number {
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new Error(`${what}: port ${port} is not a whole number from 1 to 65535`);
  return port;
}

/** Ports by name, in the order given. @see https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports */
export function containerPorts(what: string, ports: Readonly<Record<string, number>>): readonly k8s.ContainerPort[] {
  const names = new Map<number, string>();
  return Object.entries(ports).map(([name, containerPort]) => {
    if (!/^[a-z]([-a-z0-9]{0,13}[a-z0-9])?$/.test(name) || name.includes('--')) throw new Error(`${what}: "${name}" is not a name of a port; it has at most 15 of a-z, 0-9 and single -, and begins with a letter`);
    const other = names.get(checkPort(what, containerPort));
    if (other !== undefined) throw new Error(`${what}: port ${containerPort} is called both ${other} and ${name}; leave one out`);
    names.set(containerPort, name);
    return { name, containerPort };
  });
}
