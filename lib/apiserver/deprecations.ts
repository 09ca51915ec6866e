import { apiVersionOf, type ResourceInfo } from '../api/kinds';
import type { Resource } from './registry/resource';

/** What a client of an API that is on its way out is told with every answer. Follows APILifecycleDeprecated of the types. */
const DEPRECATED: Readonly<Record<string, (kind: string) => string>> = {
  'flowcontrol.apiserver.k8s.io/v1beta2': (kind) => `flowcontrol.apiserver.k8s.io/v1beta2 ${kind} is deprecated in v1.26+, unavailable in v1.29+; use flowcontrol.apiserver.k8s.io/v1beta3 ${kind}`,
};

export function deprecationOf(resource: Resource): string | undefined {
  if (resource.custom) return resource.custom.warning;
  if (isComponentStatus(resource)) return 'v1 ComponentStatus is deprecated in v1.19+';
  return DEPRECATED[apiVersionOf(resource)]?.(resource.kind);
}

const isComponentStatus = ({ group, kind }: ResourceInfo) => group === '' && kind === 'ComponentStatus';
