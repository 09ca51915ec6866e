import { tryUntolerated } from '../../api/taints';
import { normalizeByMaximum, type Plugin } from '../plugin';

/** Taints keep pods away that do not tolerate them; PreferNoSchedule only makes a node worse. */
export const taintToleration: Plugin = {
  name: 'TaintToleration',
  weight: 3,
  retryOn: ['NodeAdded', 'NodeChanged'],
  prepare({ spec: { tolerations = [] } }) {
    const soft = tolerations.filter(({ effect }) => !effect || effect === 'PreferNoSchedule');
    return {
      filter({ node }) {
        const taint = tryUntolerated(node?.spec?.taints, tolerations);
        return taint && { reasons: [`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`], unresolvable: true };
      },
      score: (nodes) => normalizeByMaximum(nodes.map(({ node }) => (node?.spec?.taints ?? []).filter((taint) => tryUntolerated([taint], soft, ['PreferNoSchedule'])).length), true),
    };
  },
};
