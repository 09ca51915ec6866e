import { application } from '../check/objects';

interface KubernetesObject { readonly kind: string; readonly metadata: object; readonly spec?: object; }

/** They need a controller of their own, or a disk: nothing of that is what is measured. */
const LEFT_OUT = ['Ingress', 'HorizontalPodAutoscaler', 'PersistentVolumeClaim', 'Job'];

/** So many objects of 11 kinds as people write them, for one namespace. Their workloads have no copies: a start of pods costs the same whoever applies. `revision` differs in one of them. */
export function mixedObjects(count: number, namespace: string, revision: number): readonly object[] {
  const objects: object[] = [];
  for (let index = 0; objects.length < count; index += 1) {
    objects.push(...(application(index) as readonly KubernetesObject[]).filter(({ kind }) => !LEFT_OUT.includes(kind)).map((object) => quiet(object, namespace)));
  }
  const changed = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'revision', namespace }, data: { revision: String(revision) } };
  return [...objects.slice(0, count - 1), changed];
}

function quiet({ metadata, spec, ...object }: KubernetesObject, namespace: string): object {
  const own = { ...object, metadata: { ...metadata, namespace } };
  if (object.kind === 'RoleBinding') return { ...own, subjects: (object as unknown as { subjects: readonly object[] }).subjects.map((subject) => ({ ...subject, namespace })) };
  if (!spec) return own;
  const stopped = object.kind === 'CronJob' ? { suspend: true } : object.kind === 'Deployment' || object.kind === 'StatefulSet' ? { replicas: 0 } : {};
  return { ...own, spec: { ...spec, ...stopped } };
}
