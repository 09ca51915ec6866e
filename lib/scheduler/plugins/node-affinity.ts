import { matchesNodeOfPod, matchesNodeSelectorTerm } from '../../api/node-selectors';
import { normalizeByMaximum, type Plugin } from '../plugin';

/** `nodeSelector` and node affinity: required terms filter, preferred ones score by weight. */
export const nodeAffinity: Plugin = {
  name: 'NodeAffinity',
  weight: 2,
  retryOn: ['NodeAdded', 'NodeChanged'],
  prepare(pod) {
    const affinity = pod.spec.affinity?.nodeAffinity;
    const preferred = affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
    const required = pod.spec.nodeSelector ?? affinity?.requiredDuringSchedulingIgnoredDuringExecution;
    if (!required && preferred.length === 0) return undefined;
    return {
      filter: ({ node }) => (node && matchesNodeOfPod(pod, node) ? undefined : { reasons: ["node(s) didn't match Pod's node affinity/selector"], unresolvable: true }),
      ...(preferred.length > 0 && {
        score: (nodes) => normalizeByMaximum(nodes.map(({ node }) => preferred.reduce((sum, { weight, preference }) => sum + (node && matchesNodeSelectorTerm(preference, node) ? weight : 0), 0))),
      }),
    };
  },
};
