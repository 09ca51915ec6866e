import type { Rule } from '../../rule';
import { fixedClusterIp } from './fixed-cluster-ip';
import { immutableLabels } from './immutable-labels';
import { podsRefused } from './pods-refused';
import { schema } from './schema';
import { serverValidation } from './server-validation';
import { unknownKind } from './unknown-kind';

/** What the API server would refuse, now or at the next change. */
export const schemaRules: readonly Rule[] = [schema, serverValidation, podsRefused, immutableLabels, fixedClusterIp, unknownKind];
