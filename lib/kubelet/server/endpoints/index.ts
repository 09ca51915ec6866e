import { attach, attachWithUid } from './attach';
import { containerLogs } from './container-logs';
import type { Endpoint } from './endpoint';
import { exec, execWithUid } from './exec';
import { healthz } from './healthz';
import { metrics } from './metrics';
import { pods } from './pods';
import { portForward, portForwardWithUid } from './port-forward';
import { statsSummary } from './stats-summary';

/** What the node's server answers. */
export const ENDPOINTS: readonly Endpoint[] = [
  attach, attachWithUid, containerLogs, exec, execWithUid, healthz, metrics, pods, portForward, portForwardWithUid, statsSummary,
];
