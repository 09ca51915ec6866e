import type { DeepReadonly } from '../base/deep-readonly';
import type { EndpointSlice } from '../api/types';
import type { Informers, Lister } from '../client/informers';
import type { EdgeObjects } from './build-model';

/** Has everything watched that the model is made from, except pods; of Secrets only those with certificates. To be called before the informers are started. */
export function watchEdgeObjects(informers: Informers, changed: () => void): void {
  informers.restrict('Secret', { fieldSelector: 'type=kubernetes.io/tls' });
  for (const kind of ['Ingress', 'IngressClass', 'Service', 'Secret'] as const) informers.onChange(kind, changed);
}

export function edgeObjects(lister: Lister): EdgeObjects {
  return { ...edgeRules(lister), slicesOf: slicesByService(lister.list('EndpointSlice')) };
}

/** Without the pods: enough to see what is wrong with the Ingresses. */
export function edgeRules(lister: Lister): EdgeObjects {
  return {
    ingresses: lister.list('Ingress'), classes: lister.list('IngressClass'),
    tryService: (key) => lister.tryGet('Service', key), slicesOf: () => [], trySecret: (key) => lister.tryGet('Secret', key),
  };
}

function slicesByService(all: readonly DeepReadonly<EndpointSlice>[]): EdgeObjects['slicesOf'] {
  const slices = new Map<string, DeepReadonly<EndpointSlice>[]>();
  for (const slice of all) {
    const key = `${slice.metadata.namespace}/${slice.metadata.labels?.['kubernetes.io/service-name'] ?? ''}`;
    const known = slices.get(key);
    if (known) known.push(slice);
    else slices.set(key, [slice]);
  }
  return (key) => slices.get(key) ?? [];
}
