import type { DeepReadonly } from '../../base/deep-readonly';
import { parseQuantity } from '../../api/quantity';
import { forbidden } from '../../api/status-error';
import type { Container, LimitRange, PersistentVolumeClaim, Pod } from '../../api/types';
import type { AdmissionRequest, AdmissionStep } from './admission-step';
import { podQuantities, type Quantities } from '../../api/quota/amounts';

type Limit = DeepReadonly<NonNullable<LimitRange['spec']>['limits'][number]>;

/** Fills in what containers leave out as the LimitRanges of the namespace say, and refuses pods and claims outside of them. */
export const limitRanger: AdmissionStep = {
  name: 'LimitRanger',

  admit(request) {
    if (!isLimited(request) || request.resource.resource !== 'pods') return;
    for (const limits of limitsOf(request)) fillIn(request.object as Pod, limits);
  },

  validate(request) {
    if (!isLimited(request)) return;
    for (const limits of limitsOf(request)) {
      const problems = request.resource.resource === 'pods' ? podProblems(request.object as Pod, limits) : claimProblems(request.object as PersistentVolumeClaim, limits);
      if (problems.length > 0) throw forbidden(request.resource, request.object?.metadata.name ?? '', problems.length === 1 ? problems[0] : `[${problems.join(', ')}]`);
    }
  },
};

/** Containers of a pod cannot be changed, so only new pods are looked at. */
function isLimited({ operation, resource, subresource, oldObject }: AdmissionRequest): boolean {
  if (resource.group !== '' || subresource !== '' || oldObject?.metadata.deletionTimestamp) return false;
  return (resource.resource === 'pods' && operation === 'CREATE') || (resource.resource === 'persistentvolumeclaims' && operation !== 'DELETE');
}

function limitsOf({ reader, namespace }: AdmissionRequest): readonly (readonly Limit[])[] {
  return reader.list('LimitRange', namespace).map(({ spec }) => spec?.limits ?? []);
}

function fillIn({ metadata, spec }: Pod, limits: readonly Limit[]): void {
  const ofContainers = limits.filter(({ type }) => type === 'Container');
  const defaults = {
    requests: Object.assign({}, ...ofContainers.map((limit) => limit.defaultRequest)) as Quantities,
    limits: Object.assign({}, ...ofContainers.map((limit) => limit.default)) as Quantities,
  };
  const notes = [
    ...spec.containers.flatMap((container) => fillInContainer(container, 'container', defaults)),
    ...(spec.initContainers ?? []).flatMap((container) => fillInContainer(container, 'init container', defaults)),
  ];
  if (notes.length > 0) metadata.annotations = { ...metadata.annotations, 'kubernetes.io/limit-ranger': `LimitRanger plugin set: ${notes.join('; ')}` };
}

function fillInContainer(container: Container, what: string, defaults: { readonly requests: Quantities; readonly limits: Quantities }): readonly string[] {
  return (['requests', 'limits'] as const).flatMap((which) => {
    const own = container.resources?.[which] ?? {};
    const missing = Object.keys(defaults[which]).filter((name) => own[name] === undefined).sort();
    if (missing.length === 0) return [];
    container.resources = { ...container.resources, [which]: { ...own, ...Object.fromEntries(missing.map((name) => [name, defaults[which][name]])) } };
    return [`${missing.join(', ')} ${which.slice(0, -1)} for ${what} ${container.name}`];
  });
}

/** Everything in the pod outside of the limits, in upstream's words. Pure. */
export function podProblems({ spec }: DeepReadonly<Pod>, limits: readonly Limit[]): readonly string[] {
  return limits.flatMap((limit) => {
    if (limit.type === 'Pod') return problems(limit, podQuantities(spec, 'requests'), podQuantities(spec, 'limits'));
    if (limit.type !== 'Container') return [];
    return [...spec.containers, ...(spec.initContainers ?? [])].flatMap(({ resources = {} }) => problems(limit, resources.requests ?? {}, resources.limits ?? {}));
  });
}

function claimProblems({ spec }: DeepReadonly<PersistentVolumeClaim>, limits: readonly Limit[]): readonly string[] {
  const requests = spec.resources?.requests ?? {};
  return limits.filter(({ type }) => type === 'PersistentVolumeClaim').flatMap((limit) => [
    ...each(limit.min, (name, least) => minimumProblems(name, limit.type, least, requests[name], undefined)),
    ...each(limit.max, (name, most) => {
      const text = `maximum ${name} usage per ${limit.type} is ${most}`;
      if (requests[name] === undefined) return [`${text}.  No request is specified`];
      return parseQuantity(requests[name]) > parseQuantity(most) ? [`${text}, but request is ${requests[name]}`] : [];
    }),
  ]);
}

function problems(limit: Limit, requests: Quantities, limits: Quantities): readonly string[] {
  return [
    ...each(limit.min, (name, least) => minimumProblems(name, limit.type, least, requests[name], limits[name])),
    ...each(limit.max, (name, most) => maximumProblems(name, limit.type, most, requests[name], limits[name])),
    ...each(limit.maxLimitRequestRatio, (name, ratio) => ratioProblems(name, limit.type, ratio, requests[name], limits[name])),
  ];
}

function each(quantities: Quantities | undefined, check: (name: string, quantity: string) => readonly string[]): readonly string[] {
  return Object.entries(quantities ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([name, quantity]) => check(name, quantity));
}

function minimumProblems(name: string, type: string, least: string, request: string | undefined, limit: string | undefined): readonly string[] {
  const text = `minimum ${name} usage per ${type} is ${least}`;
  if (request === undefined) return [`${text}.  No request is specified`];
  if (parseQuantity(request) < parseQuantity(least)) return [`${text}, but request is ${request}`];
  return limit !== undefined && parseQuantity(limit) < parseQuantity(least) ? [`${text}, but limit is ${limit}`] : [];
}

function maximumProblems(name: string, type: string, most: string, request: string | undefined, limit: string | undefined): readonly string[] {
  const text = `maximum ${name} usage per ${type} is ${most}`;
  if (limit === undefined) return [`${text}.  No limit is specified`];
  if (parseQuantity(limit) > parseQuantity(most)) return [`${text}, but limit is ${limit}`];
  return request !== undefined && parseQuantity(request) > parseQuantity(most) ? [`${text}, but request is ${request}`] : [];
}

function ratioProblems(name: string, type: string, most: string, request: string | undefined, limit: string | undefined): readonly string[] {
  const text = `${name} max limit to request ratio per ${type} is ${most}`;
  if (request === undefined || parseQuantity(request) === 0) return [`${text}, but no request is specified or request is 0`];
  if (limit === undefined || parseQuantity(limit) === 0) return [`${text}, but no limit is specified or limit is 0`];
  const ratio = parseQuantity(limit) / parseQuantity(request);
  return ratio > parseQuantity(most) ? [`${text}, but provided ratio is ${ratio.toFixed(6)}`] : [];
}
