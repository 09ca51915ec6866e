import type { Rule } from '../../rule';
import { autoscaledReplicas } from './autoscaled-replicas';
import { autoscalerRange } from './autoscaler-range';
import { autoscalerRequest } from './autoscaler-request';
import { blockingBudget } from './blocking-budget';
import { budgetSelectsNothing } from './budget-selects-nothing';
import { competingAutoscalers } from './competing-autoscalers';
import { overlappingBudgets } from './overlapping-budgets';

/** How many copies there are: budgets and autoscalers. */
export const availabilityRules: readonly Rule[] = [
  budgetSelectsNothing, blockingBudget, overlappingBudgets,
  autoscaledReplicas, autoscalerRequest, autoscalerRange, competingAutoscalers,
];
