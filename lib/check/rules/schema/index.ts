import type { Rule } from '../../rule';

/** What the API server would refuse. */
export const schemaRules: readonly Rule[] = [];
