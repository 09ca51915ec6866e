import type { Rule } from '../../rule';
import { floatingTag } from './floating-tag';
import { gracePeriod } from './grace-period';

/** How processes are run: images, probes, resources, replicas, termination. */
export const workloadRules: readonly Rule[] = [gracePeriod, floatingTag];
