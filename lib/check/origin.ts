/** A place in a source file. Lines and columns count from 1. */
export interface SourcePosition {
  /** As a person would write it: relative to the working directory where it is below it. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Where an object was written. */
export type Origin = YamlOrigin | ConstructOrigin;

export interface YamlOrigin {
  readonly kind: 'yaml';
  readonly file: string;
  /** First line of the object's document. */
  readonly line: number;
  /** Text of the document; from it a field's own line is found. */
  readonly text: () => string;
  /** Where the object is in its document: `['items', 3]` in a List. @default the document is the object */
  readonly within?: readonly (string | number)[];
  /** The template that Helm made it from: `shop/templates/web.yaml`. */
  readonly template?: string;
}

export interface ConstructOrigin {
  readonly kind: 'construct';
  /** Path of the construct that made it: `shop/web/deployment`. */
  readonly path: string;
  /** The program's own lines that were at work when it was made, the innermost first. Lines of packages are left out. */
  readonly trace: readonly SourcePosition[];
}

/** `main.ts:12:3`. */
export const formatPosition = ({ file, line, column }: SourcePosition): string => `${file}:${line}:${column}`;
