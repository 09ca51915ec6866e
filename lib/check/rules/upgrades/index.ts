import type { Rule } from '../../rule';

/** API versions and fields that a newer Kubernetes no longer has. */
export const upgradeRules: readonly Rule[] = [];
