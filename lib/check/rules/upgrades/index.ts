import type { Rule } from '../../rule';
import { deprecatedApiVersion } from './deprecated-api-version';
import { deprecatedField } from './deprecated-field';
import { removedApiVersion } from './removed-api-version';

/** API versions and fields that a newer Kubernetes no longer has. */
export const upgradeRules: readonly Rule[] = [removedApiVersion, deprecatedApiVersion, deprecatedField];
