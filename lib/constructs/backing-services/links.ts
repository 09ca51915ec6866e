import type { k8s } from '../kubernetes';
import type { Address } from './external';
import { variablePrefix } from './parts';

/**
 * What Docker gave to a container that was linked to another: `DB_PORT_5432_TCP` and its parts. `DB_PORT` is not among them, because it is the port's number
 * here. The names have the port that the kind of service is known by, wherever it listens, so that they never change.
 */
export function linkVariables(id: string, knownPort: number, { host, port }: Address): readonly k8s.EnvVar[] {
  const name = `${variablePrefix(id)}_PORT_${knownPort}_TCP`;
  return [
    { name, value: `tcp://${host}:${port}` },
    { name: `${name}_ADDR`, value: host },
    { name: `${name}_PORT`, value: String(port) },
    { name: `${name}_PROTO`, value: 'tcp' },
  ];
}
