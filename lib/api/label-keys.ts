/** Labels and annotations of our own. Written by constructs and by apply, read by status, logs, delete and the checks. */

/** Label on every object of an application: its name. */
export const APP_LABEL = 'twelve-factor.dev/app';

/** Annotation on a Secret whose values are not in the manifest: JSON, key → where the value comes from. `twelve apply` fills them in. */
export const SECRET_VALUES_ANNOTATION = 'twelve-factor.dev/secret-values';

/** Kubernetes' recommended labels. */
export const NAME_LABEL = 'app.kubernetes.io/name';
export const COMPONENT_LABEL = 'app.kubernetes.io/component';
export const PART_OF_LABEL = 'app.kubernetes.io/part-of';
export const MANAGED_BY_LABEL = 'app.kubernetes.io/managed-by';

/** Where one value of a Secret comes from; exactly one of the fields. */
export interface SecretValueSource {
  /** Made at the first apply, of letters and digits, and kept afterwards. */
  readonly generate?: { readonly length: number };
  /** An environment variable of the process that applies. */
  readonly environment?: string;
  /** A file, relative to the folder in which `twelve apply` runs. */
  readonly file?: string;
}
