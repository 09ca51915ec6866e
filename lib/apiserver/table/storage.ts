import { age, at, type CellMaker, listAt, NONE, textAt } from './values';

const MODES: readonly (readonly [string, string])[] = [['ReadWriteOnce', 'RWO'], ['ReadOnlyMany', 'ROX'], ['ReadWriteMany', 'RWX'], ['ReadWriteOncePod', 'RWOP']];

const modes = (given: readonly string[]) => MODES.filter(([mode]) => given.includes(mode)).map(([, short]) => short).join(',');
const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class';

export const claimCells: CellMaker = (object, now) => {
  const { metadata, spec, status } = object;
  const volume = textAt(spec, 'volumeName');
  const bound = volume !== '';
  return [
    metadata.name, metadata.deletionTimestamp ? 'Terminating' : textAt(status, 'phase'), volume, bound ? textAt(status, 'capacity', 'storage') : '', bound ? modes(listAt(status, 'accessModes')) : '',
    metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? textAt(spec, 'storageClassName'), age(object, now), textAt(spec, 'volumeMode') || '<unset>',
  ];
};

export const volumeCells: CellMaker = (object, now) => {
  const { metadata, spec, status } = object;
  const claim = at<{ readonly namespace?: string; readonly name?: string }>(spec, 'claimRef');
  return [
    metadata.name, textAt(spec, 'capacity', 'storage'), modes(listAt(spec, 'accessModes')), textAt(spec, 'persistentVolumeReclaimPolicy'), metadata.deletionTimestamp ? 'Terminating' : textAt(status, 'phase'),
    claim ? `${claim.namespace ?? ''}/${claim.name ?? ''}` : '', textAt(spec, 'storageClassName'), textAt(status, 'reason'), age(object, now), textAt(spec, 'volumeMode') || '<unset>',
  ];
};

export const storageClassCells: CellMaker = (object, now) => [
  `${object.metadata.name}${object.metadata.annotations?.[DEFAULT_CLASS] === 'true' ? ' (default)' : ''}`, textAt(object, 'provisioner'), textAt(object, 'reclaimPolicy') || 'Delete',
  textAt(object, 'volumeBindingMode') || 'Immediate', at<boolean>(object, 'allowVolumeExpansion') ?? false, age(object, now),
];

export const attachmentCells: CellMaker = (object, now) => [
  object.metadata.name, textAt(object.spec, 'attacher'), textAt(object.spec, 'source', 'persistentVolumeName'), textAt(object.spec, 'nodeName'), at<boolean>(object.status, 'attached') ?? false, age(object, now),
];

export const csiDriverCells: CellMaker = (object, now) => {
  const { spec } = object;
  const tokens = listAt<{ readonly audience?: string }>(spec, 'tokenRequests').map(({ audience = '' }) => audience || '<unset>');
  return [
    object.metadata.name, at<boolean>(spec, 'attachRequired') ?? true, at<boolean>(spec, 'podInfoOnMount') ?? false, at<boolean>(spec, 'storageCapacity') ?? false, tokens.join(',') || '<unset>',
    at<boolean>(spec, 'requiresRepublish') ?? false, listAt<string>(spec, 'volumeLifecycleModes').join(',') || NONE, age(object, now),
  ];
};

export const csiNodeCells: CellMaker = (object, now) => [object.metadata.name, listAt(object.spec, 'drivers').length, age(object, now)];
