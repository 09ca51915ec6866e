import type { DeepReadonly } from '../base/deep-readonly';
import type { KubeObject } from '../api/types';
import type { CheckedObjects } from './checked-objects';
import type { Origin, SourcePosition } from './origin';

export type Severity = 'error' | 'warning';

/** One thing that can be wrong with manifests, seen without a cluster. */
export interface Rule {
  /** Kebab case; how it is named in output, in the documentation and where it is ignored. Never changed once released. */
  readonly id: string;
  /** An error stops an apply and fails `twelve check`; a warning fails it with `--strict` only. */
  readonly severity: Severity;
  /** One line, the state that is found: `The Service selects no pods`. */
  readonly summary: string;
  /** What happens to whoever leaves it so: two or three sentences for the documentation and for `twelve explain`. */
  readonly why: string;
  readonly seeAlso: string;
  /** Whether a reason in code or in an annotation can silence it. @default true; false for what the server refuses anyway */
  readonly ignorable?: false;
  /** Manifests (YAML, any number of documents) for the documentation and the tests: this rule finds something in `fails` and nothing in `passes`. */
  readonly examples: { readonly fails: string; readonly passes: string };
  check(objects: CheckedObjects): Iterable<Problem>;
}

/** What a rule found. */
export interface Problem {
  readonly object: DeepReadonly<KubeObject>;
  /** Path in the object: `spec.template.spec.containers[0].image`, `metadata.labels[app.kubernetes.io/name]`. */
  readonly field: string;
  /** The reason, with the values concerned. */
  readonly message: string;
  /** What to do, as an imperative. */
  readonly fix: string;
  /** Changes of the object that mend it without changing what it means; `twelve check --fix` writes them. @default it needs a person */
  readonly edits?: readonly Edit[];
}

/** Sets or removes one field. Objects on the way to a field that is set are made where they are missing. */
export type Edit =
  | { readonly op: 'set'; readonly path: readonly (string | number)[]; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: readonly (string | number)[] };

/** A problem with all that a person needs to get to it. */
export interface Finding extends Problem {
  readonly rule: string;
  readonly severity: Severity;
  readonly origin?: Origin;
  /** The line that caused it: of the TypeScript program, or of the YAML file. @default unknown: the object came without its origin */
  readonly location?: SourcePosition;
  /** The lines that led there, the innermost first: of a helper, who called it. @default none */
  readonly related?: readonly SourcePosition[];
  /** The application's environments that have it. @default all that were checked */
  readonly environments?: readonly string[];
}

/** What is known of a rule beside how it finds something. */
export type RuleDescription = Omit<Rule, 'check'>;
