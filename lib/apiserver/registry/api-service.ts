import { toTime } from '../../base/clock';
import type { AnyObject } from '../any-object';
import type { Strategy } from './strategy';

/** What this server serves itself is there; services of others are for their own controllers to judge. */
export const apiService: Strategy = {
  hasGeneration: false,
  prepareForCreate(object, { now }) {
    const created = object as AnyObject;
    if (created.spec?.service) return;
    const available = { type: 'Available', status: 'True', lastTransitionTime: toTime(now), reason: 'Local', message: 'Local APIServices are always available' };
    created.status = { conditions: [available] };
  },
};
