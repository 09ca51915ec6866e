import { fromSecret, type SecretReference } from '../variables';
import type { k8s } from '../kubernetes';
import type { LogOutput } from './log-output';

/** What a collector's configuration is made of. */
export interface CollectorInput {
  /** Of the node: has `containers` and `pods`. */
  readonly logDirectory: string;
  /** Files that are not read: its own, or it would read what it writes. */
  readonly exclude: string;
  /** Adds labels of pods from the API. */
  readonly metadata: boolean;
  readonly outputs: readonly LogOutput[];
}

/** A collector's part of the pod. */
export interface CollectorConfig {
  /** By name, in `folder`. */
  readonly files: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly command?: readonly string[];
  /** Asked for its health. */
  readonly health: { readonly port: number; readonly path: string };
  /** Values that are not in the files. */
  readonly env: readonly k8s.EnvVar[];
}

/** Where every collector keeps what it has read how far, and what is not sent yet. */
export const STATE = '/var/lib/log-collector';

/** Secret values of the configuration as variables of the process. */
export class SecretVariables {
  readonly env: k8s.EnvVar[] = [];

  /** @returns the variable's name */
  add(reference: SecretReference): string {
    const name = `SECRET_${this.env.length + 1}`;
    this.env.push(fromSecret(name, reference));
    return name;
  }
}
