import type { Image } from '../../image';
import type { k8s } from '../../kubernetes';
import type { ObjectStorage } from './object-storage';

/** How the data of a service becomes one file. */
export interface FileDump {
  /** What has the service's client; `transfer`: only what copies files. */
  readonly image: Image | 'transfer';
  /** End of the file's name. */
  readonly extension: string;
  readonly env: readonly k8s.EnvVar[];
  /** Shell commands that write `$BACKUP_FILE`. */
  readonly dump: readonly string[];
  /** Shell commands that read `$BACKUP_FILE`. @default none: by hand */
  readonly restore?: readonly string[];
}

/** A bucket is not dumped to a file: its objects are copied. */
export interface BucketDump {
  readonly image: 'transfer';
  readonly copies: ObjectStorage;
}

export type Dump = FileDump | BucketDump;
