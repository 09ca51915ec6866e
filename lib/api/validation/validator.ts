import type { DeepReadonly } from '../../base/deep-readonly';
import type { KubeObject } from '../types';
import type { FieldErrors } from './field-errors';

/** The rules of one kind. Objects are decoded and defaulted. What is true of all kinds (metadata) is checked by the caller. */
export interface Validator<T extends KubeObject = KubeObject> {
  /** A new object. */
  validate(object: DeepReadonly<T>, errors: FieldErrors): void;
  /** A changed one; without this, `validate` alone. `subresource` is `status`, `ephemeralcontainers`, `approval` … or undefined. */
  validateUpdate?(object: DeepReadonly<T>, old: DeepReadonly<T>, errors: FieldErrors, subresource?: string): void;
}

/** So that validators of different kinds fit into one table; the table's key says which kind it is. */
export const anyKind = <T extends KubeObject>(validator: Validator<T>): Validator => validator as unknown as Validator;
