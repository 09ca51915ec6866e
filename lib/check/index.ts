import type { Rule } from './rule';
import { availabilityRules } from './rules/availability';
import { networkRules } from './rules/network';
import { referenceRules } from './rules/references';
import { schemaRules } from './rules/schema';
import { securityRules } from './rules/security';
import { twelveFactorRules } from './rules/twelve-factor';
import { upgradeRules } from './rules/upgrades';
import { workloadRules } from './rules/workloads';

/** Every rule, by what it is about. The order is that of the documentation. */
export const ruleGroups = { schema: schemaRules, references: referenceRules, network: networkRules, availability: availabilityRules, workloads: workloadRules, security: securityRules, 'twelve-factor': twelveFactorRules, upgrades: upgradeRules } as const;

export const rules: readonly Rule[] = Object.values<readonly Rule[]>(ruleGroups).flat();
