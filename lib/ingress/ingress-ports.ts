import type { DeepReadonly } from '../base/deep-readonly';
import type { IngressClass } from '../api/types';
import { CLASS_NAME } from './names';

/** Ports of the hosts. */
export interface IngressPorts {
  readonly http: number;
  readonly https: number;
}

export const DEFAULT_PORTS: IngressPorts = { http: 80, https: 443 };

const HTTP_PORT = 'ingress.twelve.dev/http-port';
const HTTPS_PORT = 'ingress.twelve.dev/https-port';

/** On the class, so that every node knows them. */
export const portAnnotations = ({ http, https }: IngressPorts): Readonly<Record<string, string>> => ({ [HTTP_PORT]: String(http), [HTTPS_PORT]: String(https) });

export function portsOf(classes: readonly DeepReadonly<IngressClass>[]): IngressPorts {
  const annotations = classes.find(({ metadata }) => metadata.name === CLASS_NAME)?.metadata.annotations;
  return { http: Number(annotations?.[HTTP_PORT] ?? DEFAULT_PORTS.http), https: Number(annotations?.[HTTPS_PORT] ?? DEFAULT_PORTS.https) };
}
