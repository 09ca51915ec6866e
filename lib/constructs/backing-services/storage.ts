import { Size } from 'cdk8s';
import { k8s } from '../kubernetes';

export interface StorageOptions {
  /** @default 1 GiB */
  readonly size?: Size;
  /** @default the cluster's default class */
  readonly storageClass?: string;
}

/** A volume that one node at a time may use. */
export function claimSpec({ size = Size.gibibytes(1), storageClass }: StorageOptions = {}): k8s.PersistentVolumeClaimSpec {
  return {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: k8s.Quantity.fromString(`${size.toMebibytes()}Mi`) } },
    ...(storageClass && { storageClassName: storageClass }),
  };
}
