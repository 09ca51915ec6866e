import { isDeepStrictEqual } from 'node:util';
import { matchesLabelSelector } from '../api/selectors';
import type { Controller } from './controller';

/** A ClusterRole with an aggregation rule has the rules of all it selects. Follows pkg/controller/clusterroleaggregation of Kubernetes 1.28. */
export const clusterRoleAggregation: Controller = {
  name: 'clusterrole-aggregation-controller',
  watches: [{ kind: 'ClusterRole', enqueue: (_role, { lister }) => lister.list('ClusterRole').filter(({ aggregationRule }) => aggregationRule).map(({ metadata }) => metadata.name ?? '') }],

  async sync(name, { lister, client }) {
    const role = lister.tryGet('ClusterRole', name);
    const selectors = role?.aggregationRule?.clusterRoleSelectors;
    if (!role || !selectors) return;
    const selected = lister.list('ClusterRole')
      .filter((other) => other.metadata.name !== name && selectors.some((selector) => matchesLabelSelector(selector, other.metadata.labels)))
      .sort((a, b) => (a.metadata.name ?? '').localeCompare(b.metadata.name ?? ''));
    const unique = new Map(selected.flatMap(({ rules }) => rules ?? []).map((rule) => [JSON.stringify(rule), rule]));
    const rules = [...unique.values()];
    if (isDeepStrictEqual(rules, role.rules ?? [])) return;
    const updated = { ...role, rules };
    await client.update(updated);
  },
};
