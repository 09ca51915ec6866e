/** Another linter, check by check. */
export interface Linter {
  readonly name: string;
  readonly url: string;
  /** The version whose checks these are. @default those that its source listed when the table was written */
  readonly version?: string;
  /** Of checks that other versions have. */
  readonly beyond?: string;
  readonly checks: readonly LinterCheck[];
}

export interface LinterCheck {
  /** As the linter calls it. */
  readonly check: string;
  /** The part of its findings this is about, where they need different answers: the beginning of its message. */
  readonly says?: string;
  /** Our rules that find it. Empty: `note` says why there is none. */
  readonly rules: readonly string[];
  /** What differs, or why not. */
  readonly note?: string;
  /** Our rules find less on purpose: `note` is the reason for each object where they do not. */
  readonly narrower?: true;
}

/** One line of a table: found by our rules. */
export const found = (check: string, rules: string | readonly string[], note?: string): LinterCheck => ({ check, rules: [rules].flat(), ...(note && { note }) });

/** One line of a table: found by our rules in some of its cases. */
export const partly = (check: string, rules: string | readonly string[], note: string): LinterCheck => ({ ...found(check, rules, note), narrower: true });

/** One line of a table: not found, and why. */
export const notOurs = (check: string, note: string): LinterCheck => ({ check, rules: [], note });
