import type { Image } from '../../image';
import type { StorageOptions } from '../storage';
import type { ObjectStorage } from './object-storage';

/** Where dumps are kept. */
export class BackupVolume {
  /** A volume claim of the backup's own. */
  static own(storage: StorageOptions = {}): BackupVolume {
    return new BackupVolume({ storage });
  }

  /** A volume claim that exists, perhaps on another machine's disk. */
  static claim(name: string): BackupVolume {
    return new BackupVolume({ claim: name });
  }

  private constructor(/** @internal */ readonly _source: { readonly storage: StorageOptions } | { readonly claim: string }) {}
}

export interface BackupOptions {
  /** When, as cron writes it. @default `30 2 * * *` */
  readonly schedule?: string;
  /** @default Etc/UTC */
  readonly timeZone?: string;
  /** A volume, or a bucket: `BackingService.s3(…)`. @default BackupVolume.own() */
  readonly to?: BackupVolume | { readonly objectStorage: ObjectStorage };
  /** How many are kept. @default 7 */
  readonly keep?: number;
  /** What copies files to and from buckets. @default rclone/rclone:1.71.0 */
  readonly transferImage?: Image;
}
