import type { KubeObject } from '../../api/types';
import type { Origin } from '../../check/origin';

/** One object to be applied, and where it was written. */
export interface Manifest {
  readonly object: KubeObject;
  /** `web.yaml:12`, for messages. */
  readonly source: string;
  /** For findings. @default unknown */
  readonly origin?: Origin;
}

/** `Deployment web`, or `Deployment shop/web` where the namespace is given. */
export function describeObject({ kind, metadata }: { readonly kind: string; readonly metadata: { readonly name?: string; readonly namespace?: string } }): string {
  return `${kind} ${metadata.namespace ? `${metadata.namespace}/` : ''}${metadata.name ?? ''}`;
}
