import type { KubeObject } from '../../api/types';
import type { DeepReadonly } from '../../base/deep-readonly';
import type { CheckedObjects } from '../checked-objects';
import type { Edit, Problem } from '../rule';
import { fieldsOf } from './rewrite';

/** An annotation that became a field, or another annotation. */
interface OldAnnotation {
  readonly kinds: readonly string[];
  readonly since: string;
  readonly instead: string;
  /** What to write instead; undefined if a person must look. */
  readonly edits?: (value: string, object: DeepReadonly<KubeObject>, objects: CheckedObjects) => readonly Edit[] | undefined;
}

const set = (path: readonly string[], value: unknown): Edit => ({ op: 'set', path, value });

/** Sets a field of the specification that is not there yet. */
const intoSpec = (field: string, convert: (value: string) => unknown = String): OldAnnotation['edits'] => (
  (value, object) => (fieldsOf((object as { readonly spec?: unknown }).spec)[field] === undefined ? [set(['spec', field], convert(value))] : [])
);

const ANNOTATIONS: Readonly<Record<string, OldAnnotation>> = {
  'kubernetes.io/ingress.class': {
    kinds: ['Ingress'], since: 'deprecated since Kubernetes 1.18', instead: 'spec.ingressClassName, with the name of an IngressClass',
    // The annotation names a controller in its own words; the field, an object.
    edits: (value, object, objects) => (objects.ofKind('IngressClass').some(({ metadata }) => metadata.name === value) ? intoSpec('ingressClassName')?.(value, object, objects) : undefined),
  },
  'volume.beta.kubernetes.io/storage-class': { kinds: ['PersistentVolumeClaim', 'PersistentVolume'], since: 'deprecated since Kubernetes 1.6', instead: 'spec.storageClassName', edits: intoSpec('storageClassName') },
  'volume.beta.kubernetes.io/mount-options': { kinds: ['PersistentVolume'], since: 'deprecated since Kubernetes 1.31', instead: 'spec.mountOptions', edits: intoSpec('mountOptions', (value) => value.split(',')) },
  'service.alpha.kubernetes.io/tolerate-unready-endpoints': { kinds: ['Service'], since: 'deprecated since Kubernetes 1.11', instead: 'spec.publishNotReadyAddresses', edits: intoSpec('publishNotReadyAddresses', (value) => value === 'true') },
  'service.kubernetes.io/topology-aware-hints': {
    kinds: ['Service'], since: 'deprecated since Kubernetes 1.27', instead: 'the annotation service.kubernetes.io/topology-mode',
    edits: (value) => (/^auto$/i.test(value) ? [set(['metadata', 'annotations', 'service.kubernetes.io/topology-mode'], 'Auto')] : undefined),
  },
};

export function* oldAnnotations(objects: CheckedObjects): Iterable<Problem> {
  for (const object of objects.all) {
    const { annotations } = object.metadata;
    if (!annotations) continue;
    for (const [name, value] of Object.entries(annotations)) {
      const old = ANNOTATIONS[name];
      if (!old?.kinds.includes(object.kind)) continue;
      const edits = old.edits?.(value, object, objects);
      yield {
        object, field: `metadata.annotations[${name}]`, message: `the annotation ${name} is ${old.since}`, fix: `use ${old.instead}`,
        ...(edits && { edits: [{ op: 'remove', path: ['metadata', 'annotations', name] }, ...edits] }),
      };
    }
  }
}

/** A time zone inside the schedule, which the server refuses from 1.29 on. */
export function* zonesInSchedules(objects: CheckedObjects): Iterable<Problem> {
  for (const object of objects.ofKind('CronJob')) {
    const [, zone, schedule] = /^(?:CRON_)?TZ=(\S+)\s+(.*)$/.exec(object.spec?.schedule ?? '') ?? [];
    if (zone === undefined || object.spec.timeZone !== undefined) continue;
    yield {
      object, field: 'spec.schedule', message: `the time zone ${zone} inside a schedule is not supported, and is refused from Kubernetes 1.29 on`, fix: `set spec.timeZone to ${zone}`,
      edits: [set(['spec', 'schedule'], schedule), set(['spec', 'timeZone'], zone)],
    };
  }
}
