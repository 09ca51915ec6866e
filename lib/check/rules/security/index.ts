import type { Rule } from '../../rule';

/** What a process may do to its host, to the cluster and to other processes. */
export const securityRules: readonly Rule[] = [];
