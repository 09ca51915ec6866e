import type { DaemonSet, Deployment, PodTemplateSpec, ReplicaSet, ReplicationController, StatefulSet } from '../types';
import { defaultPodSpec } from './pod';
import { setDefault, setIfEmpty } from './set-default';
import { defaultClaim } from './storage';

export function defaultTemplate(template: PodTemplateSpec | undefined): void {
  defaultPodSpec(template?.spec);
}

export function defaultDeployment({ spec }: Deployment): void {
  setDefault(spec, 'replicas', 1);
  defaultTemplate(spec.template);
  const strategy = (spec.strategy ??= {});
  setIfEmpty(strategy, 'type', 'RollingUpdate');
  if (strategy.type === 'RollingUpdate') {
    const rollingUpdate = (strategy.rollingUpdate ??= {});
    setDefault(rollingUpdate, 'maxUnavailable', '25%');
    setDefault(rollingUpdate, 'maxSurge', '25%');
  }
  setDefault(spec, 'revisionHistoryLimit', 10);
  setDefault(spec, 'progressDeadlineSeconds', 600);
}

const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

export function defaultDaemonSet({ metadata, spec }: DaemonSet): void {
  // The registry counts it; the field was part of an older version and is kept as an annotation.
  if (metadata.annotations?.[TEMPLATE_GENERATION] === undefined) metadata.annotations = { ...metadata.annotations, [TEMPLATE_GENERATION]: '0' };
  defaultTemplate(spec.template);
  const strategy = (spec.updateStrategy ??= {});
  setIfEmpty(strategy, 'type', 'RollingUpdate');
  if (strategy.type === 'RollingUpdate') {
    const rollingUpdate = (strategy.rollingUpdate ??= {});
    setDefault(rollingUpdate, 'maxUnavailable', 1);
    setDefault(rollingUpdate, 'maxSurge', 0);
  }
  setDefault(spec, 'revisionHistoryLimit', 10);
}

export function defaultStatefulSet({ spec }: StatefulSet): void {
  setDefault(spec, 'replicas', 1);
  defaultTemplate(spec.template);
  for (const claim of spec.volumeClaimTemplates ?? []) defaultClaim(claim as never);
  setIfEmpty(spec, 'podManagementPolicy', 'OrderedReady');
  const strategy = (spec.updateStrategy ??= {});
  setIfEmpty(strategy, 'type', 'RollingUpdate');
  if (strategy.type === 'RollingUpdate') setDefault((strategy.rollingUpdate ??= {}), 'partition', 0);
  setDefault(spec, 'revisionHistoryLimit', 10);
  const retention = (spec.persistentVolumeClaimRetentionPolicy ??= {});
  setIfEmpty(retention, 'whenDeleted', 'Retain');
  setIfEmpty(retention, 'whenScaled', 'Retain');
}

export function defaultReplicaSet({ spec }: ReplicaSet): void {
  setDefault(spec, 'replicas', 1);
  defaultTemplate(spec.template);
}

/** The oldest workload kind takes its selector and its labels from the template. */
export function defaultReplicationController({ metadata, spec }: ReplicationController): void {
  const labels = spec.template?.metadata?.labels;
  if (labels) {
    if (Object.keys(spec.selector ?? {}).length === 0) spec.selector = { ...labels };
    if (Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...labels };
  }
  setDefault(spec, 'replicas', 1);
  defaultTemplate(spec.template);
}
