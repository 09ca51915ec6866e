/** Labels and annotations of our own. Written by constructs and by apply, read by status, logs, delete and the checks. */

/** Label on every object of an application: its name. */
export const APP_LABEL = 'twelve-factor.dev/app';

/** Annotation on a Secret whose values are not in the manifest: JSON, key → where the value comes from. `twelve apply` fills them in. */
export const SECRET_VALUES_ANNOTATION = 'twelve-factor.dev/secret-values';

/** Annotation on such a Secret, and within `SECRET_VERSIONS_ANNOTATION`: changes whenever a value does, and tells nothing about it. */
export const SECRET_VERSION_ANNOTATION = 'twelve-factor.dev/secret-version';

/** Annotation that apply puts on pod templates: the versions of the Secrets they use, so that a rotation rolls the pods. */
export const SECRET_VERSIONS_ANNOTATION = 'twelve-factor.dev/secret-versions';

/** Label (`true`) on a Job that runs once a release: after configuration and backing services are ready, before any process is changed. */
export const RELEASE_TASK_LABEL = 'twelve-factor.dev/release-task';

/** Label on the workloads of a backing service, with its type: they are ready before release tasks run and processes are changed. */
export const BACKING_SERVICE_LABEL = 'twelve-factor.dev/backing-service';

/** Annotation: `Kind/name, Kind/name` of the same namespace, which are ready before this object is applied. */
export const DEPENDS_ON_ANNOTATION = 'twelve-factor.dev/depends-on';

/** Annotation (`true`) on an object: it outlives its application, unless its namespace goes. */
export const KEEP_ANNOTATION = 'twelve-factor.dev/keep';

/** Annotation on an object: paths of fields, with commas or line ends between, that others decide once the object is there. */
export const LEAVE_ANNOTATION = 'twelve-factor.dev/leave-fields';

/** Annotation on an object, or on the CustomResourceDefinition of its kind: what must hold, with commas or line ends between: `Ready=True`, `.status.phase=Running`. */
export const READY_WHEN_ANNOTATION = 'twelve-factor.dev/ready-when';

/** In the same form: each of them means that it will never get ready. */
export const FAILED_WHEN_ANNOTATION = 'twelve-factor.dev/failed-when';

/** Label that apply puts on every object: the number of the release that last changed it. */
export const RELEASE_LABEL = 'twelve-factor.dev/release';

/** Annotation on a Service with session affinity: why. */
export const STICKY_SESSIONS_ANNOTATION = 'twelve-factor.dev/sticky-sessions-reason';

/** Annotation on a pod template: `Secret/name, Secret/name` that it uses and that somebody else keeps in the cluster, so that the checks do not miss them. */
export const EXPECTS_ANNOTATION = 'twelve-factor.dev/expects';

/** Kubernetes' recommended labels. */
export const NAME_LABEL = 'app.kubernetes.io/name';
export const COMPONENT_LABEL = 'app.kubernetes.io/component';
export const PART_OF_LABEL = 'app.kubernetes.io/part-of';
export const MANAGED_BY_LABEL = 'app.kubernetes.io/managed-by';
export const VERSION_LABEL = 'app.kubernetes.io/version';

/** Annotations on objects: the commit that they were synthesized from, and whether files differed from it (`true`, `false`, `unknown`). */
export const GIT_REVISION_ANNOTATION = 'twelve-factor.dev/git-revision';
export const GIT_DIRTY_ANNOTATION = 'twelve-factor.dev/git-dirty';

/** Where one value of a Secret comes from; exactly one of the fields. */
export interface SecretValueSource {
  /** Made at the first apply, of letters and digits, and kept afterwards. */
  readonly generate?: { readonly length: number };
  /** An environment variable of the process that applies. */
  readonly environment?: string;
  /** A file, relative to the folder in which `twelve apply` runs. */
  readonly file?: string;
  /** What a program prints: its words, started without a shell. One line end at the end of it does not count. */
  readonly command?: { readonly words: readonly string[]; readonly timeoutSeconds: number };
  /** Text, and other values of the same Secret, percent-encoded: a URL with a password. */
  readonly compose?: readonly (string | { readonly key: string })[];
}

/** Annotation on an object or on a pod template: with the id of a rule behind it, its value is the reason why the rule does not count there. */
export const IGNORE_PREFIX = 'ignore.twelve-factor.dev/';
