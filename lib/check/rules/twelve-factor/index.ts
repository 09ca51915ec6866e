import type { Rule } from '../../rule';
import { backingServiceAddress } from './backing-service-address';
import { backingServiceLocalhost } from './backing-service-localhost';
import { environmentName } from './environment-name';
import { idleProcess } from './idle-process';
import { literalCredentials } from './literal-credentials';
import { literalSecret } from './literal-secret';
import { logFile } from './log-file';
import { movingTag } from './moving-tag';
import { severalProcesses } from './several-processes';
import { sharedClaim } from './shared-claim';
import { shellSignals } from './shell-signals';
import { stateInWeb } from './state-in-web';
import { stickySessions } from './sticky-sessions';
import { variableOrder } from './variable-order';

/** The factors themselves. */
export const twelveFactorRules: readonly Rule[] = [
  literalCredentials, literalSecret, variableOrder,
  backingServiceAddress, backingServiceLocalhost,
  movingTag,
  stateInWeb, sharedClaim, stickySessions,
  severalProcesses, shellSignals, environmentName, logFile, idleProcess,
];
