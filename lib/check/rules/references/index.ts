import type { Rule } from '../../rule';
import { missingKey } from './missing-key';

/** What one object says of another one. */
export const referenceRules: readonly Rule[] = [missingKey];
