import type { ReadonlyPod } from '../kubelet-context';

export const SOURCE = 'kubernetes.io/config.source';
export const HASH = 'kubernetes.io/config.hash';
export const SEEN = 'kubernetes.io/config.seen';
/** Of the pod in the API that shows a static one; its value is the static pod's hash. */
export const MIRROR = 'kubernetes.io/config.mirror';

/** It comes from a file of the node: the API only shows it. */
export const isStatic = ({ metadata }: ReadonlyPod) => metadata.annotations?.[SOURCE] === 'file' && metadata.annotations[MIRROR] === undefined;

/** The hash of the static pod that this pod of the API shows. */
export const mirroredHash = ({ metadata }: ReadonlyPod): string | undefined => metadata.annotations?.[MIRROR];
