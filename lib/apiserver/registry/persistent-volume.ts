import type { AnyObject } from '../any-object';
import type { Strategy } from './strategy';

/** New volumes and claims wait to be looked at. */
export const persistentVolume: Strategy = {
  hasGeneration: false,
  returnsDeletedObject: true,
  prepareForCreate(object) {
    (object as AnyObject).status = { phase: 'Pending' };
  },
};

interface DataSource {
  readonly apiGroup?: string | null;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** `dataSource` and the newer `dataSourceRef` say the same. Follows pkg/api/persistentvolumeclaim. */
export const persistentVolumeClaim: Strategy = {
  hasGeneration: false,
  returnsDeletedObject: true,
  prepareForCreate(object) {
    const created = object as AnyObject;
    created.status = { phase: 'Pending' };
    const spec = (created.spec ?? {}) as { dataSource?: DataSource; dataSourceRef?: DataSource };
    if (spec.dataSource && !spec.dataSourceRef) spec.dataSourceRef = { ...spec.dataSource };
    else if (spec.dataSourceRef && !spec.dataSource && !spec.dataSourceRef.namespace) {
      const { apiGroup = null, kind, name } = spec.dataSourceRef;
      spec.dataSource = { apiGroup, kind, name };
    }
  },
};
