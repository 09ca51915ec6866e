import type { KubeObject, Labels } from '../api/types';
import type { DeepReadonly } from '../base/deep-readonly';

/** What a controller makes of an object, in its namespace unless another one is named. */
export interface MadeObject {
  readonly kind: string;
  readonly name: string;
  /** undefined as own property: in every namespace. */
  readonly namespace?: string | undefined;
  /** Names that begin so. */
  readonly prefix?: true;
}

type Spec = Readonly<Record<string, unknown>>;
type Maker = (object: DeepReadonly<KubeObject>, spec: Spec) => readonly MadeObject[];

const secret = (name: unknown): readonly MadeObject[] => (typeof name === 'string' && name ? [{ kind: 'Secret', name }] : []);
const at = (value: unknown, ...path: readonly string[]): unknown => path.reduce<unknown>((inner, key) => (typeof inner === 'object' && inner !== null ? (inner as Spec)[key] : undefined), value);
const listAt = (value: unknown, ...path: readonly string[]): readonly unknown[] => {
  const list = at(value, ...path);
  return Array.isArray(list) ? list : [];
};
const ownName = ({ metadata }: DeepReadonly<KubeObject>) => metadata.name ?? '';

/** Asks cert-manager for the certificates of an Ingress. */
const ISSUER_ANNOTATIONS = ['cert-manager.io/issuer', 'cert-manager.io/cluster-issuer', 'cert-manager.io/common-name', 'kubernetes.io/tls-acme'];
const asksForCertificates = (annotations: Labels | undefined) => ISSUER_ANNOTATIONS.some((key) => annotations && key in annotations);

const MAKERS: Readonly<Record<string, Maker>> = {
  StatefulSet: (object, spec) => listAt(spec, 'volumeClaimTemplates').map((template) => ({ kind: 'PersistentVolumeClaim', name: `${String(at(template, 'metadata', 'name'))}-${ownName(object)}-`, prefix: true })),
  Ingress: (object, spec) => (asksForCertificates(object.metadata.annotations) ? listAt(spec, 'tls').flatMap((tls) => secret(at(tls, 'secretName'))) : []),
  Certificate: (_, spec) => secret(spec['secretName']),
  ExternalSecret: (object, spec) => secret(at(spec, 'target', 'name') ?? ownName(object)),
  SealedSecret: (object, spec) => secret(at(spec, 'template', 'metadata', 'name') ?? ownName(object)),
  SopsSecret: (_, spec) => listAt(spec, 'secretTemplates').flatMap((template) => secret(at(template, 'name'))),
  VaultStaticSecret: (_, spec) => secret(at(spec, 'destination', 'name')),
  VaultDynamicSecret: (_, spec) => secret(at(spec, 'destination', 'name')),
  OnePasswordItem: (object) => secret(ownName(object)),
  SecretProviderClass: (_, spec) => listAt(spec, 'secretObjects').flatMap((object) => secret(at(object, 'secretName'))),
  Bundle: (object) => [{ kind: 'ConfigMap', name: ownName(object), namespace: undefined }],
};

export function makesObjects(object: DeepReadonly<KubeObject>): readonly MadeObject[] {
  const maker = Object.hasOwn(MAKERS, object.kind) ? MAKERS[object.kind] : undefined;
  const spec = (object as unknown as { readonly spec?: unknown }).spec;
  return maker?.(object, typeof spec === 'object' && spec !== null ? spec as Spec : {}) ?? [];
}

/** Whether a controller that Kubernetes does not have acts on it. */
export function isCustom({ apiVersion }: DeepReadonly<KubeObject>): boolean {
  const [group, version] = apiVersion.split('/');
  return version !== undefined && group.includes('.') && !group.endsWith('.k8s.io');
}

/** Every text in an object. */
export function* stringsOf(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) yield* stringsOf(inner);
}
