import type { EndpointSlice, Ingress, IngressClass, networking, Secret, Service } from '../../../lib/api/types';
import type { EdgeObjects } from '../../../lib/ingress/build-model';
import { CONTROLLER } from '../../../lib/ingress/names';

export const ourClass = { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'twelve' }, spec: { controller: CONTROLLER } } as IngressClass;

/** One second younger than the one before. */
let age = 0;

export function ingress(name: string, spec: networking.IngressSpec, annotations: Record<string, string> = {}): Ingress {
  age += 1;
  return {
    apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', spec: { ingressClassName: 'twelve', ...spec },
    metadata: { name, namespace: 'shop', uid: name, resourceVersion: '1', annotations, creationTimestamp: new Date(age * 1000).toISOString().replace('.000', '') },
  };
}

export const to = (name: string, port: networking.ServiceBackendPort = { number: 80 }): networking.IngressBackend => ({ service: { name, port } });
export const path = (text: string | undefined, backend: networking.IngressBackend, pathType = 'Prefix') => ({ path: text, pathType: pathType as 'Prefix', backend });
export const rule = (host: string | undefined, ...paths: networking.HTTPIngressPath[]): networking.IngressRule => ({ host, http: { paths } });

export function service(name: string, spec: Partial<Service['spec']> = {}): Service {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'shop' }, spec: { type: 'ClusterIP', ports: [{ name: 'http', port: 80, protocol: 'TCP' }], ...spec } } as Service;
}

export interface At { readonly address: string; readonly ready?: boolean; readonly serving?: boolean; readonly terminating?: boolean }

export function slice(of: string, endpoints: readonly At[], portName = 'http'): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4', ports: [{ name: portName, port: 8080, protocol: 'TCP' }],
    metadata: { name: `${of}-1`, namespace: 'shop', labels: { 'kubernetes.io/service-name': of } },
    endpoints: endpoints.map(({ address, ...conditions }) => ({ addresses: [address], conditions })),
  } as EndpointSlice;
}

/** Services `web` and `api` with a pod each, and what is given. */
export function objects({ ingresses, classes = [ourClass], services = [], slices = [], secrets = [] }: {
  readonly ingresses: readonly Ingress[];
  readonly classes?: readonly IngressClass[];
  readonly services?: readonly Service[];
  readonly slices?: readonly EndpointSlice[];
  readonly secrets?: readonly Secret[];
}): EdgeObjects {
  const allServices = [service('web'), service('api'), ...services];
  const allSlices = [slice('web', [{ address: '10.0.0.1' }]), slice('api', [{ address: '10.0.0.2' }]), ...slices];
  const keyed = <T extends { readonly metadata: { readonly name?: string } }>(all: readonly T[]) => (key: string) => all.find(({ metadata }) => `shop/${metadata.name}` === key);
  return {
    ingresses, classes, tryService: keyed(allServices), trySecret: keyed(secrets),
    slicesOf: (key) => allSlices.filter(({ metadata }) => `shop/${metadata.labels?.['kubernetes.io/service-name']}` === key),
  };
}
