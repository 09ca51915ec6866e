import { toTime } from '../../base/clock';
import { resourceOf } from '../../api/kinds';
import type { ApiResponse } from '../../api/request';
import { badRequest, conflict, invalid, notFound } from '../../api/status-error';
import type { AnyObject } from '../any-object';
import { readObject } from '../body';
import type { Call } from '../call';
import { StoreError } from '../../store/backend';
import { parseWriteOptions } from '../query-options';
import { SUCCESS } from './success';

/** POST pods/binding, or the bindings collection: puts a pod on a node, once. Follows pkg/registry/core/pod/storage. */
export async function bind(call: Call): Promise<ApiResponse> {
  const { info, server } = call;
  const options = parseWriteOptions('CreateOptions', call.query);
  const binding = readObject(call, options.fieldValidation, { resource: resourceOf('Binding', 'v1') });
  const name = info.parts[1] ?? binding.metadata.name ?? '';
  if (binding.metadata.name && binding.metadata.name !== name) throw badRequest('name in URL does not match name in Binding object');
  const node = nodeOf(binding);
  const resource = server.resources.tryFind('', 'v1', 'pods') ?? call.resource;
  for (;;) {
    const current = server.storage.tryFind(resource, info.namespace, name);
    if (!current) throw notFound(resource, name);
    const pod = { ...current, metadata: { ...current.metadata } } as AnyObject;
    checkUnbound(pod, binding, info.namespace);
    assign(pod, node, binding, server.clock.now());
    if (options.dryRun) return SUCCESS;
    try {
      await server.storage.update(resource, pod, current.metadata.resourceVersion);
      return SUCCESS;
    } catch (error) {
      if (!(error instanceof StoreError) || error.reason !== 'Conflict') throw error;
    }
  }
}

function nodeOf(binding: AnyObject): string {
  const { target } = binding as AnyObject & { target?: { readonly kind?: string; readonly name?: string } };
  const errors = [
    ...(target?.kind && target.kind !== 'Node' ? [{ reason: 'FieldValueNotSupported' as const, field: 'target.kind', message: `Unsupported value: ${JSON.stringify(target.kind)}: supported values: "Node", "<empty>"` }] : []),
    ...(target?.name ? [] : [{ reason: 'FieldValueRequired' as const, field: 'target.name', message: 'Required value' }]),
  ];
  if (errors.length > 0) throw invalid({ group: '', kind: 'Binding' }, binding.metadata.name ?? '', errors);
  return target?.name ?? '';
}

function checkUnbound(pod: AnyObject, binding: AnyObject, namespace: string): void {
  const name = pod.metadata.name ?? '';
  const refuse = (why: string) => conflict({ group: '', resource: 'pods/binding' }, name, why);
  const { uid } = binding.metadata;
  if (uid && uid !== pod.metadata.uid) {
    const why = `StorageError: invalid object, Code: 4, Key: /registry/pods/${namespace}/${name}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${pod.metadata.uid}`;
    throw conflict({ group: '', resource: 'pods' }, name, why);
  }
  if (pod.metadata.deletionTimestamp) throw refuse(`pod ${name} is being deleted, cannot be assigned to a host`);
  if (pod.spec?.nodeName) throw refuse(`pod ${name} is already assigned to node ${JSON.stringify(pod.spec.nodeName)}`);
  if ((pod.spec?.schedulingGates as readonly unknown[] | undefined)?.length) throw refuse(`pod ${name} has non-empty .spec.schedulingGates`);
}

function assign(pod: AnyObject, node: string, { metadata }: AnyObject, now: number): void {
  pod.spec = { ...pod.spec, nodeName: node };
  if (metadata.annotations) pod.metadata.annotations = { ...pod.metadata.annotations, ...metadata.annotations };
  if (metadata.labels) pod.metadata.labels = { ...pod.metadata.labels, ...metadata.labels };
  const conditions = (pod.status?.conditions ?? []) as readonly { readonly type: string }[];
  const scheduled = { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: toTime(now) };
  pod.status = { ...pod.status, conditions: [...conditions.filter(({ type }) => type !== 'PodScheduled'), scheduled] };
}
