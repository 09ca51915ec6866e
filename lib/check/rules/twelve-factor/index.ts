import type { Rule } from '../../rule';
import { literalCredentials } from './literal-credentials';

/** The factors themselves. */
export const twelveFactorRules: readonly Rule[] = [literalCredentials];
