import type { Volume, core } from '../types';
import { setDefault, setIfEmpty } from './set-default';
import { roundResources } from './quantities';

const FILE_MODE = 0o644;

export function defaultVolume(volume: Volume): void {
  if (Object.keys(volume).every((key) => key === 'name')) volume.emptyDir = {};
  const { secret, configMap, downwardAPI, projected, ephemeral } = volume;
  for (const files of [secret, configMap, downwardAPI, projected]) if (files) setDefault(files, 'defaultMode', FILE_MODE);
  for (const item of downwardAPI?.items ?? []) if (item.fieldRef) setIfEmpty(item.fieldRef, 'apiVersion', 'v1');
  for (const source of projected?.sources ?? []) {
    if (source.serviceAccountToken) setDefault(source.serviceAccountToken, 'expirationSeconds', 3600);
    for (const item of source.downwardAPI?.items ?? []) if (item.fieldRef) setIfEmpty(item.fieldRef, 'apiVersion', 'v1');
  }
  if (ephemeral?.volumeClaimTemplate) defaultClaimSpec(ephemeral.volumeClaimTemplate.spec);
  defaultNetworkVolume(volume);
}

type NetworkVolume = Pick<core.Volume, 'hostPath' | 'iscsi' | 'rbd' | 'azureDisk' | 'scaleIO'>;

/** Sources that a pod's volume and a PersistentVolume have in common. */
export function defaultNetworkVolume({ hostPath, iscsi, rbd, azureDisk, scaleIO }: NetworkVolume): void {
  if (hostPath) setDefault(hostPath, 'type', '');
  if (iscsi) setIfEmpty(iscsi, 'iscsiInterface', 'default');
  if (rbd) {
    setIfEmpty(rbd, 'pool', 'rbd');
    setIfEmpty(rbd, 'user', 'admin');
    setIfEmpty(rbd, 'keyring', '/etc/ceph/keyring');
  }
  if (azureDisk) {
    setDefault(azureDisk, 'cachingMode', 'ReadWrite');
    setDefault(azureDisk, 'fsType', 'ext4');
    setDefault(azureDisk, 'readOnly', false);
    setDefault(azureDisk, 'kind', 'Shared');
  }
  if (scaleIO) {
    setIfEmpty(scaleIO, 'storageMode', 'ThinProvisioned');
    setIfEmpty(scaleIO, 'fsType', 'xfs');
  }
}

export function defaultClaimSpec(spec: core.PersistentVolumeClaimSpec): void {
  roundResources(spec.resources?.limits);
  roundResources(spec.resources?.requests);
  setDefault(spec, 'volumeMode', 'Filesystem');
}
