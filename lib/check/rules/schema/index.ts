import type { Rule } from '../../rule';
import { podsRefused } from './pods-refused';
import { schema } from './schema';
import { serverValidation } from './server-validation';
import { unknownKind } from './unknown-kind';

/** What the API server would refuse. */
export const schemaRules: readonly Rule[] = [schema, serverValidation, podsRefused, unknownKind];
