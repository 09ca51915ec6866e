import type { CustomSchema } from '../../api/schema/schema';
import type { AnyObject } from '../any-object';
import type { PrinterColumn } from '../registry/resource';

export interface Names {
  readonly plural: string;
  readonly singular?: string;
  readonly kind: string;
  readonly listKind?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

/** JSON paths into the object: `.spec.replicas`. */
export interface ScalePaths {
  readonly specReplicasPath: string;
  readonly statusReplicasPath: string;
  readonly labelSelectorPath?: string;
}

export interface DefinitionVersion {
  readonly name: string;
  readonly served: boolean;
  readonly storage: boolean;
  readonly deprecated?: boolean;
  readonly deprecationWarning?: string;
  readonly schema?: { readonly openAPIV3Schema?: CustomSchema };
  readonly subresources?: { readonly status?: object; readonly scale?: ScalePaths };
  readonly additionalPrinterColumns?: readonly PrinterColumn[];
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime?: string;
  readonly reason?: string;
  readonly message?: string;
}

/** apiextensions.k8s.io/v1 CustomResourceDefinition, the parts that serving needs. */
export interface Definition extends AnyObject {
  spec: { readonly group: string; readonly scope: string; readonly names: Names; readonly versions: readonly DefinitionVersion[] };
  status?: { conditions?: readonly Condition[] | null; acceptedNames?: Partial<Names>; storedVersions?: readonly string[] };
}

export const CLEANUP_FINALIZER = 'customresourcecleanup.apiextensions.k8s.io';

export const isTrueCondition = ({ status }: Definition, type: string) => (status?.conditions ?? []).some((condition) => condition.type === type && condition.status === 'True');

/** Replaces the condition of the type, or adds it; a status that stays the same keeps its time. */
export function withCondition(conditions: readonly Condition[], next: Condition): readonly Condition[] {
  const before = conditions.find(({ type }) => type === next.type);
  if (!before) return [...conditions, next];
  const kept = before.status === next.status ? { ...next, lastTransitionTime: before.lastTransitionTime } : next;
  return conditions.map((condition) => (condition.type === next.type ? kept : condition));
}
