import { floatingTag } from './floating-tag';
import { gracePeriod } from './grace-period';
import { literalCredentials } from './literal-credentials';
import { missingKey } from './missing-key';
import type { Rule } from './rule';
import { serviceSelectsNothing } from './service-selects-nothing';

export const rules: readonly Rule[] = [
  gracePeriod,
  missingKey,
  serviceSelectsNothing,
  floatingTag,
  literalCredentials,
];
