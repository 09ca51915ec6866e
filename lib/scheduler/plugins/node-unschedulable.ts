import { tolerates } from '../../api/taints';
import type { Plugin } from '../plugin';

const TAINT = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

/** A cordoned node takes only pods that tolerate it. */
export const nodeUnschedulable: Plugin = {
  name: 'NodeUnschedulable',
  retryOn: ['NodeAdded', 'NodeChanged'],
  prepare({ spec }) {
    if (spec.tolerations?.some((toleration) => tolerates(toleration, TAINT))) return undefined;
    return { filter: ({ node }) => (node?.spec?.unschedulable ? { reasons: ['node(s) were unschedulable'], unresolvable: true } : undefined) };
  },
};
