/**
 * What a program tells about itself beside its YAML, because it has no place there: the YAML is the same on every machine, these are not. Written by
 * `app.synth()` as JSON to the file that $TWELVE_REPORT names; read by the command line.
 */
export interface ProgramReport {
  readonly applications: readonly ReportedApplication[];
  readonly objects: readonly ReportedObject[];
  readonly images: readonly ReportedImage[];
}

/** A TwelveFactorApp of the program. */
export interface ReportedApplication {
  readonly name: string;
  /** The one that was synthesized. */
  readonly environment: string;
  /** All that there are: the program is run once for each. */
  readonly environments: readonly string[];
  /** State of the code base, when the program records it. @default not recorded */
  readonly revision?: { readonly name: string; readonly commit?: string; readonly dirty?: boolean };
}

/** Who made an object, and where. */
export interface ReportedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  /** Path of the construct: `shop/web/deployment`. */
  readonly path: string;
  /** The program's own lines that were at work when it was made, the innermost first: the file is absolute, lines and columns count from 1. */
  readonly trace: readonly { readonly file: string; readonly line: number; readonly column: number }[];
}

/** An image that is built from a folder before the objects are applied. */
export interface ReportedImage {
  /** As the objects name it: repository, and a tag that is a hash of what it is built from. */
  readonly name: string;
  /** Absolute. */
  readonly directory: string;
  /** Relative to the directory. */
  readonly dockerfile: string;
  /** Stage to build. @default the last */
  readonly target?: string;
  readonly buildArguments: Readonly<Record<string, string>>;
  /** It goes to the registry in its name; otherwise onto the nodes. */
  readonly push: boolean;
}
