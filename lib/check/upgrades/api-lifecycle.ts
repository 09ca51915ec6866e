import { splitApiVersion } from '../../api/kinds';
import type { KubeObject } from '../../api/types';
import { kindsOfGroup, tryKindFacts } from '../../api/versions/facts';
import type { MinorRange } from '../../api/versions/kubernetes-range';
import { decodingProblems } from '../../api/decode/all-problems';
import { tryVersionSchema } from '../../api/versions/version-schema';
import type { DeepReadonly } from '../../base/deep-readonly';
import type { Edit } from '../rule';
import { editsBetween } from './edits-between';
import { tryRewrite } from './rewrites';

/** When a version of a kind goes, in minor versions. Absent: not, as far as is known. */
export interface ApiLifecycle {
  readonly deprecated?: number;
  /** The first that does not serve it. */
  readonly removed?: number;
}

/** Stable versions that are deprecated all the same, and what there is instead. */
const STABLE: Readonly<Record<string, ApiLifecycle & { readonly instead: string }>> = {
  'v1 Endpoints': { deprecated: 33, instead: 'discovery.k8s.io/v1 EndpointSlice' },
  'v1 ComponentStatus': { deprecated: 19, instead: 'the health endpoints of the API server' },
};

/** Groups into which the kinds of another moved. */
const MOVED: Readonly<Record<string, readonly string[]>> = { extensions: ['apps', 'networking.k8s.io', 'policy'] };

/** What takes the place of kinds that are gone in every version. */
const GONE: Readonly<Record<string, string>> = {
  PodSecurityPolicy: 'remove it, and label the namespaces for Pod Security Admission: pod-security.kubernetes.io/enforce',
  PodPreset: 'remove it, and write its variables and volumes into the pod templates',
  AuditSink: 'remove it, and configure the API server with an audit webhook',
  ClusterCIDR: 'remove it: the address ranges of nodes are configured in the controller manager or the network plugin',
  PodScheduling: 'remove it: devices are allocated by the scheduler itself',
  PodSchedulingContext: 'remove it: devices are allocated by the scheduler itself',
  ResourceClass: 'write a DeviceClass of resource.k8s.io instead',
  ResourceClassParameters: 'write the configuration into a DeviceClass of resource.k8s.io',
  ResourceClaimParameters: 'write the configuration into the ResourceClaim',
};

/** What differs between versions so much that only a person can rewrite the object. */
const NOTES: Readonly<Record<string, string>> = {
  PodDisruptionBudget: 'an empty selector selected no pods in v1beta1 and selects all of them in v1: write the one that is meant',
  CustomResourceDefinition: 'v1 wants a structural schema in each version; names, columns and validation moved into versions',
  MutatingWebhookConfiguration: 'v1 wants sideEffects and admissionReviewVersions, and has other defaults for failurePolicy, matchPolicy and timeoutSeconds',
  ValidatingWebhookConfiguration: 'v1 wants sideEffects and admissionReviewVersions, and has other defaults for failurePolicy, matchPolicy and timeoutSeconds',
  CertificateSigningRequest: 'v1 wants signerName and usages',
  Event: 'v1 wants action, reason, type, eventTime, reportingController and reportingInstance',
  Deployment: 'apps/v1 wants a selector',
  EndpointSlice: 'v1 has nodeName and zone instead of topology',
};

export interface Replacement {
  /** `apps/v1` */
  readonly apiVersion: string;
  /** The changes of the object that bring it there. Absent: a person must look at it. */
  readonly edits?: readonly Edit[];
  /** A field that the newer version does not have, which alone keeps the object from being rewritten. */
  readonly lacking?: string;
}

/** When the version of an object's kind goes. Undefined for kinds that are not Kubernetes' own, and for those that stay. */
export function tryLifecycle({ apiVersion, kind }: DeepReadonly<KubeObject>): ApiLifecycle | undefined {
  const stable = STABLE[`${apiVersion} ${kind}`];
  if (stable || !/\dalpha|\dbeta/.test(apiVersion)) return stable;
  const facts = tryKindFacts(apiVersion, kind);
  if (!facts) return undefined;
  const gone = facts.to === undefined ? facts.removed : Math.min(facts.removed ?? Infinity, facts.to + 1);
  return { ...(facts.deprecated !== undefined && { deprecated: facts.deprecated }), ...(gone !== undefined && { removed: gone }) };
}

/** The best API version of the kind that all versions of Kubernetes in the range serve. */
export function tryReplacement(object: DeepReadonly<KubeObject>, range: MinorRange): Replacement | undefined {
  const { apiVersion, kind } = object;
  const { group } = splitApiVersion(apiVersion);
  const served = [...kindsOfGroup(group), ...(MOVED[group] ?? []).flatMap(kindsOfGroup)].filter((other) => other.kind === kind && other.apiVersion !== apiVersion
    && other.facts.from <= range.from && (other.facts.to ?? Infinity) >= range.to);
  const [best] = served.map((other) => other.apiVersion).sort((a, b) => rank(b) - rank(a));
  if (best === undefined || rank(best) < rank(apiVersion)) return undefined;
  return { apiVersion: best, ...safeEdits(object, best, range) };
}

/** What to do about a version that goes. */
export function replacementFix({ apiVersion, kind }: DeepReadonly<KubeObject>, replacement: Replacement | undefined, range: string): string {
  const stable = STABLE[`${apiVersion} ${kind}`];
  if (stable) return `use ${stable.instead}`;
  if (replacement?.edits) return `use ${replacement.apiVersion}: twelve check --fix rewrites the object`;
  if (replacement?.lacking) return `use ${replacement.apiVersion}; correct ${replacement.lacking} first, and twelve check --fix rewrites the object`;
  if (replacement) return `use ${replacement.apiVersion}${NOTES[kind] ? `; ${NOTES[kind]}` : ', whose fields differ'}`;
  return GONE[kind] ?? `no API version of ${kind} is served by all of ${range}: check for fewer versions at a time`;
}

/** Stable before beta before alpha, then the higher number. */
function rank(apiVersion: string): number {
  const [, major = '0', stage, minor = '0'] = /v(\d+)(?:(alpha|beta)(\d+))?$/.exec(apiVersion) ?? [];
  return (stage === undefined ? 2 : stage === 'beta' ? 1 : 0) * 10_000 + Number(major) * 100 + Number(minor);
}

/** A rewrite is safe only when the newer version has every field of the result. */
function safeEdits(object: DeepReadonly<KubeObject>, apiVersion: string, range: MinorRange): Pick<Replacement, 'edits' | 'lacking'> {
  const rewritten = tryRewrite(object, apiVersion);
  const schema = tryVersionSchema(apiVersion, object.kind, range);
  if (!rewritten || !schema) return {};
  const [problem] = decodingProblems(rewritten, schema);
  return problem ? { lacking: problem.field } : { edits: editsBetween(object, rewritten) };
}
