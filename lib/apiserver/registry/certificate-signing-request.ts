import { toTime } from '../../base/clock';
import type { AnyObject } from '../any-object';
import type { Strategy } from './strategy';

const SUBJECT = ['username', 'uid', 'groups', 'extra'];

/** Who asks is not for the client to say. Follows pkg/registry/certificates/certificates/strategy.go. */
export const certificateSigningRequest: Strategy = {
  hasGeneration: false,

  prepareForCreate(object, { user }) {
    const created = object as AnyObject;
    const { username, uid, groups, extra } = user;
    created.spec = {
      ...withoutSubject(created.spec), username, ...(uid && { uid }), ...(groups.length > 0 && { groups: [...groups] }), ...(extra && { extra: structuredClone(extra) }),
    };
    created.status = {};
  },

  prepareForUpdate(object, old, { subresource, now }) {
    const updated = object as AnyObject;
    const before = structuredClone(old) as AnyObject;
    updated.spec = before.spec;
    if (subresource === '') updated.status = before.status ?? {};
    if (subresource === 'approval' || subresource === 'status') {
      const conditions = timed(updated.status?.conditions, now);
      const { conditions: _sent, ...rest } = (subresource === 'approval' ? before.status : updated.status) ?? {};
      updated.status = { ...rest, ...(conditions !== undefined && { conditions }) };
    }
  },
};

const withoutSubject = (spec: Record<string, unknown> = {}) => Object.fromEntries(Object.entries(spec).filter(([field]) => !SUBJECT.includes(field)));

interface Condition {
  readonly lastUpdateTime?: string | null;
  readonly lastTransitionTime?: string | null;
}

/** Conditions with the times that the client left out. */
function timed(conditions: unknown, now: number): unknown {
  if (!Array.isArray(conditions)) return undefined;
  const time = toTime(now);
  return (conditions as readonly Condition[]).map((condition) => ({
    ...condition, lastUpdateTime: condition.lastUpdateTime ?? time, lastTransitionTime: condition.lastTransitionTime ?? time,
  }));
}
