import type { Rule } from '../../rule';
import { danglingClaim } from './dangling-claim';
import { danglingClass } from './dangling-class';
import { danglingConfig } from './dangling-config';
import { danglingRole } from './dangling-role';
import { danglingServiceAccount } from './dangling-service-account';
import { dataSource } from './data-source';
import { duplicateObject } from './duplicate-object';
import { governingService } from './governing-service';
import { hookService } from './hook-service';
import { imagePullSecret } from './image-pull-secret';
import { missingFile } from './missing-file';
import { missingKey } from './missing-key';
import { scaleTarget } from './scale-target';
import { undefinedNamespace } from './undefined-namespace';

/** What one object says of another one. */
export const referenceRules: readonly Rule[] = [
  duplicateObject, undefinedNamespace,
  missingKey, missingFile, danglingConfig, imagePullSecret, danglingServiceAccount, danglingRole,
  danglingClaim, danglingClass, dataSource, governingService, scaleTarget, hookService,
];
