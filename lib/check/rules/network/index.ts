import type { Rule } from '../../rule';
import { serviceSelectsNothing } from './service-selects-nothing';

/** Services, Ingresses and network policies. */
export const networkRules: readonly Rule[] = [serviceSelectsNothing];
