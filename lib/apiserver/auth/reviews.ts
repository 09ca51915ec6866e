import type { DeepReadonly } from '../../base/deep-readonly';
import type { UserInfo } from '../../api/request';
import type { PolicyRule } from '../../api/types';
import { badRequest, invalid, type FieldError } from '../../api/status-error';
import type { AuthorizationRequest, Authorizer, ResourceAttributes } from './authorizer';
import type { RbacAuthorizer } from './rbac';
import type { TokenVerifier } from './service-account-tokens';

interface Review {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly namespace?: string };
  readonly spec?: ReviewSpec;
}

interface ReviewSpec {
  readonly resourceAttributes?: Partial<ResourceAttributes> & { readonly verb?: string };
  readonly nonResourceAttributes?: { readonly path?: string; readonly verb?: string };
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly uid?: string;
  readonly token?: string;
  readonly audiences?: readonly string[];
  readonly namespace?: string;
}

export interface ReviewContext {
  readonly user: UserInfo;
  /** Of the request's path. */
  readonly namespace: string;
  readonly authorizer: Authorizer & Pick<RbacAuthorizer, 'rulesOf'>;
  readonly tokens: TokenVerifier;
}

/** Kinds that are asked and answered in one request and never stored. */
export const REVIEWS: Readonly<Record<string, (review: Review, context: ReviewContext) => Promise<unknown>>> = {
  'SelfSubjectAccessReview': async (review, context) => ({ ...review, status: access(review, context, context.user) }),
  'SubjectAccessReview': async (review, context) => ({ ...review, status: access(review, context, subjectOf(review)) }),
  'LocalSubjectAccessReview': async (review, context) => {
    const { resourceAttributes, nonResourceAttributes: paths } = review.spec ?? {};
    if (paths) throw refused([{ reason: 'FieldValueInvalid', field: 'spec.nonResourceAttributes', message: `Invalid value: authorization.NonResourceAttributes{Path:${JSON.stringify(paths.path ?? '')}, Verb:${JSON.stringify(paths.verb ?? '')}}: disallowed on this kind of request` }]);
    const asked = resourceAttributes?.namespace ?? '';
    if (asked !== context.namespace) throw refused([{ reason: 'FieldValueInvalid', field: 'spec.resourceAttributes.namespace', message: `Invalid value: ${JSON.stringify(asked)}: must match metadata.namespace` }]);
    return { ...review, status: access(review, context, subjectOf(review)) };
  },
  'SelfSubjectRulesReview': async (review, context) => ({ ...review, metadata: { ...review.metadata, managedFields: undefined }, spec: {}, status: rules(review, context) }),
  'SelfSubjectReview': async (review, { user }) => ({ ...review, status: { userInfo: shownUser(user) } }),
  'TokenReview': async (review, { tokens }) => ({ ...review, status: await tokenStatus(review, tokens) }),
};

function access(review: Review, { authorizer }: ReviewContext, user: UserInfo): object {
  const errors = [...attributeErrors(review), ...subjectErrors(review)];
  if (errors.length > 0) throw refused(errors);
  const { allowed, reason } = authorizer.authorize(toRequest(review.spec ?? {}, user));
  return { allowed, ...(reason && { reason }) };
}

/** The real server leaves the kind out here. */
const refused = (errors: readonly FieldError[]) => invalid({ group: 'authorization.k8s.io', kind: '' }, '', errors);

function toRequest({ resourceAttributes, nonResourceAttributes }: ReviewSpec, user: UserInfo): AuthorizationRequest {
  if (!resourceAttributes) return { user, verb: nonResourceAttributes?.verb ?? '', path: nonResourceAttributes?.path ?? '' };
  const { verb = '', group = '', version = '', resource = '', subresource = '', namespace = '', name = '' } = resourceAttributes;
  return { user, verb, resource: { group, version, resource, subresource, namespace, name } };
}

function attributeErrors({ spec = {} }: Review): FieldError[] {
  const { resourceAttributes, nonResourceAttributes } = spec;
  if (resourceAttributes && nonResourceAttributes) return [{ reason: 'FieldValueInvalid', field: 'spec.nonResourceAttributes', message: `Invalid value: "": cannot be specified in combination with resourceAttributes` }];
  if (!resourceAttributes && !nonResourceAttributes) return [{ reason: 'FieldValueInvalid', field: 'spec.resourceAttributes', message: 'Invalid value: "null": exactly one of nonResourceAttributes or resourceAttributes must be specified' }];
  return [];
}

function subjectErrors({ kind, spec = {} }: Review): FieldError[] {
  if (kind === 'SelfSubjectAccessReview' || spec.user || spec.groups?.length) return [];
  return [{ reason: 'FieldValueInvalid', field: 'spec.user', message: 'Invalid value: "": at least one of user or group must be specified' }];
}

const subjectOf = ({ spec = {} }: Review): UserInfo => ({ username: spec.user ?? '', groups: spec.groups ?? [], uid: spec.uid });
const shownUser = ({ username, uid, groups, extra }: UserInfo) => ({ username, ...(uid && { uid }), groups, ...(extra && { extra }) });

function rules({ spec = {} }: Review, { user, authorizer }: ReviewContext): object {
  if (!spec.namespace) throw badRequest('no namespace on request');
  const all = user.groups.includes('system:masters') ? [EVERYTHING, EVERY_PATH, ...authorizer.rulesOf(user, spec.namespace)] : authorizer.rulesOf(user, spec.namespace);
  const paths = all.filter(({ nonResourceURLs }) => nonResourceURLs?.length).map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs }));
  const resources = all.filter((rule) => rule.resources?.length)
    .map(({ verbs, apiGroups, resources: names, resourceNames }) => ({ verbs, apiGroups, resources: names, ...(resourceNames?.length && { resourceNames }) }));
  return { resourceRules: resources, nonResourceRules: paths, incomplete: false };
}

const EVERYTHING: DeepReadonly<PolicyRule> = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] };
const EVERY_PATH: DeepReadonly<PolicyRule> = { verbs: ['*'], nonResourceURLs: ['*'] };

async function tokenStatus({ spec = {} }: Review, tokens: TokenVerifier): Promise<object> {
  if (!spec.token) throw badRequest('token is required for TokenReview in authentication');
  const user = await tokens.tryVerify(spec.token, spec.audiences);
  if (!user) return { user: {}, error: spec.token.split('.').length === 3 ? '[invalid bearer token, service account token has been invalidated]' : 'invalid bearer token' };
  return { authenticated: true, user: shownUser({ ...user, groups: [...user.groups, 'system:authenticated'] }), audiences: spec.audiences ?? ['https://kubernetes.default.svc.cluster.local'] };
}
