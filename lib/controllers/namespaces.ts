import type { DeepReadonly } from '../base/deep-readonly';
import type { Namespace } from '../api/types';

export const isTerminating = ({ metadata, status }: DeepReadonly<Namespace>) => metadata.deletionTimestamp !== undefined || status?.phase === 'Terminating';
