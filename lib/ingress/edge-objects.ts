import type { DeepReadonly } from '../base/deep-readonly';
import type { EndpointSlice } from '../api/types';
import type { Informers, Lister } from '../client/informers';
import type { EdgeObjects } from './build-model';

const KINDS = ['Ingress', 'IngressClass', 'Service', 'EndpointSlice', 'Secret'] as const;

/** Has everything watched that the model is made from; of Secrets only those with certificates. To be called before the informers are started. */
export function watchEdgeObjects(informers: Informers, changed: () => void): void {
  informers.restrict('Secret', { fieldSelector: 'type=kubernetes.io/tls' });
  for (const kind of KINDS) informers.onChange(kind, changed);
}

export function edgeObjects(lister: Lister): EdgeObjects {
  const slices = new Map<string, DeepReadonly<EndpointSlice>[]>();
  for (const slice of lister.list('EndpointSlice')) {
    const key = `${slice.metadata.namespace}/${slice.metadata.labels?.['kubernetes.io/service-name'] ?? ''}`;
    const known = slices.get(key);
    if (known) known.push(slice);
    else slices.set(key, [slice]);
  }
  return {
    ingresses: lister.list('Ingress'), classes: lister.list('IngressClass'),
    tryService: (key) => lister.tryGet('Service', key), slicesOf: (key) => slices.get(key) ?? [], trySecret: (key) => lister.tryGet('Secret', key),
  };
}
