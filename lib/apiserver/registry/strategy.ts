import type { DeepReadonly } from '../../base/deep-readonly';
import type { ResourceInfo } from '../../api/kinds';
import type { UserInfo } from '../../api/request';
import type { FieldError } from '../../api/status-error';
import type { KubeObject } from '../../api/types';
import type { DeleteOptions } from '../delete-options';
import type { Deletion } from '../deletion';
import type { ObjectReader } from '../object-reader';
import type { Resource } from './resource';

/** What a strategy knows about the write it takes part in. */
export interface StrategyContext {
  readonly resource: ResourceInfo;
  readonly subresource: string;
  readonly namespace: string;
  readonly user: UserInfo;
  readonly dryRun: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly reader: ObjectReader;
}

/**
 * Where one kind differs from the generic registry. All members are optional; an absent one means: as every other kind.
 * Follows pkg/registry/<group>/<resource>/strategy.go of Kubernetes 1.28.
 */
export interface Strategy {
  /** Changes the decoded and defaulted object in place before it is validated. Status is cleared already where the kind has the subresource. */
  prepareForCreate?(object: KubeObject, context: StrategyContext): void | Promise<void>;
  prepareForUpdate?(object: KubeObject, old: DeepReadonly<KubeObject>, context: StrategyContext): void | Promise<void>;
  /** Field errors that need more than the object itself. */
  validate?(object: KubeObject, context: StrategyContext): readonly FieldError[];
  /** After the write is durable; for a dry run not called. `undo` when the write failed after prepareForCreate. */
  afterDelete?(object: DeepReadonly<KubeObject>, context: StrategyContext): void;
  /** PUT of a missing object creates it. */
  readonly allowCreateOnUpdate?: boolean;
  /** PUT without resourceVersion is refused. */
  readonly requiresResourceVersion?: boolean;
  /** The answer to an immediate deletion is the object and not a Status. */
  readonly returnsDeletedObject?: boolean;
  /** Seconds an object may take to end (pods); undefined: deleted at once. */
  gracePeriodSeconds?(object: DeepReadonly<KubeObject>, asked: number | undefined): number | undefined;
  /** What a deletion without `propagationPolicy` does. @default Background */
  readonly defaultPropagation?: 'Orphan' | 'Background';
  /** generation counts every change of the specification; which kinds have one. @default from the kind having `spec` and a status subresource */
  readonly hasGeneration?: boolean;
  /** Fields that count for the generation besides `spec`. */
  readonly generationFields?: readonly string[];
  /** Its deletion never waits for dependents or orphans them (events). */
  readonly ignoresDependents?: boolean;
  /** Replaces the generic decision (namespaces). */
  decideDeletion?(resource: Resource, stored: DeepReadonly<KubeObject>, options: DeleteOptions, now: number): Deletion;
  /** Annotations count for the generation too. */
  readonly countsAnnotations?: boolean;
  readonly countsLabels?: boolean;
  /** Said to whoever creates or changes an object that is accepted. */
  warnings?(object: KubeObject): readonly string[];
  /** Said to whoever deletes an object in this way. */
  deletionWarning?(options: DeleteOptions): string | undefined;
  /** A create may bring a status. */
  readonly keepsStatusOnCreate?: boolean;
  /** Puts back metadata that a write to the status must not change. Changes `object` in place. */
  metadataInStatus?(object: KubeObject, old: DeepReadonly<KubeObject>): void;
  /** Shape of the stored object that some versions of the group differ from. */
  readonly scale?: ScaleFields;
}

/** Where a kind keeps what autoscaling/v1 Scale shows. */
export interface ScaleFields {
  readonly replicas: string;
  readonly statusReplicas: string;
  /** `matchLabels` form, or a plain map (ReplicationController). */
  readonly selector: 'labelSelector' | 'map' | undefined;
}
