import type { Plugin } from '../plugin';

/** A pod that names its node goes there only. */
export const nodeName: Plugin = {
  name: 'NodeName',
  retryOn: ['NodeAdded'],
  prepare({ spec }) {
    if (!spec.nodeName) return undefined;
    return { filter: ({ name }) => (name === spec.nodeName ? undefined : { reasons: ["node(s) didn't match the requested node name"], unresolvable: true }) };
  },
};
