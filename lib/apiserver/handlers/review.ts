import type { ApiResponse } from '../../api/request';
import { REVIEWS } from '../auth/reviews';
import { readObject } from '../body';
import type { Call } from '../call';
import { notConvertible } from '../http-errors';
import { placeInNamespace } from './create';
import { parseWriteOptions } from '../query-options';
import type { Resource } from '../registry/resource';
import { fieldManager, trackFields } from '../writes';

/** Kinds that are asked and answered in one request and never stored. */
export const isReview = ({ kind, group }: Resource) => group.startsWith('auth') && Object.hasOwn(REVIEWS, kind);

export async function review(call: Call): Promise<ApiResponse> {
  const { resource, info, user, server } = call;
  if (call.form.as !== 'plain') throw notConvertible();
  const options = parseWriteOptions('CreateOptions', call.query);
  const asked = readObject(call, options.fieldValidation);
  placeInNamespace(call, asked);
  trackFields({ call, subresource: '', dryRun: options.dryRun, manager: fieldManager(call, options.fieldManager), name: '', namespace: info.namespace }, undefined, asked);
  const { authorizer, tokens } = server;
  const allowAll = { authorize: () => ({ allowed: true, reason: '' }), rulesOf: () => [] };
  const context = {
    user, namespace: info.namespace,
    authorizer: authorizer ? { authorize: authorizer.authorize.bind(authorizer), rulesOf: authorizer.rulesOf?.bind(authorizer) ?? (() => []) } : allowAll,
    tokens: tokens ?? { tryVerify: () => Promise.resolve(undefined) },
  };
  return { status: 201, body: await REVIEWS[resource.kind](asked as never, context) };
}
