import type { DeepReadonly } from '../../base/deep-readonly';
import type { Service } from '../../api/types';
import type { Lister } from '../../client/informers';

/** Variables of all Services of the namespace and of `kubernetes`, as `enableServiceLinks` promises; without it, of `kubernetes` only. */
export function serviceEnvironment(lister: Lister, namespace: string, enableServiceLinks: boolean): Record<string, string> {
  const kubernetes = lister.tryGet('Service', { namespace: 'default', name: 'kubernetes' });
  const own = enableServiceLinks ? lister.list('Service', namespace) : [];
  const services = [...(kubernetes ? [kubernetes] : []), ...own].filter(hasAddress);
  return Object.assign({}, ...services.map(variablesOf));
}

const hasAddress = ({ spec }: DeepReadonly<Service>) => Boolean(spec.clusterIP) && spec.clusterIP !== 'None' && (spec.ports ?? []).length > 0;

/** `REDIS_MASTER_SERVICE_HOST` and the variables of Docker links. Pure. */
export function variablesOf({ metadata, spec }: DeepReadonly<Service>): Record<string, string> {
  const name = variableName(metadata.name ?? '');
  const host = spec.clusterIP ?? '';
  const address = host.includes(':') ? `[${host}]` : host;
  const ports = spec.ports ?? [];
  const result: Record<string, string> = { [`${name}_SERVICE_HOST`]: host, [`${name}_SERVICE_PORT`]: String(ports[0].port) };
  for (const port of ports) {
    if (port.name) result[`${name}_SERVICE_PORT_${variableName(port.name)}`] = String(port.port);
  }
  ports.forEach(({ port, protocol = 'TCP' }, index) => {
    const lower = protocol.toLowerCase();
    const url = `${lower}://${address}:${port}`;
    if (index === 0) result[`${name}_PORT`] = url;
    const prefix = `${name}_PORT_${port}_${protocol}`;
    Object.assign(result, { [prefix]: url, [`${prefix}_PROTO`]: lower, [`${prefix}_PORT`]: String(port), [`${prefix}_ADDR`]: host });
  });
  return result;
}

const variableName = (name: string) => name.replaceAll('-', '_').toUpperCase();
