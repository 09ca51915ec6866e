import { attach, attachWithUid } from './attach';
import { containerLogs } from './container-logs';
import { configz } from './configz';
import type { Endpoint } from './endpoint';
import { exec, execWithUid } from './exec';
import { healthz } from './healthz';
import { metrics } from './metrics';
import { metricsResource } from './metrics-resource';
import { pods } from './pods';
import { portForward, portForwardWithUid } from './port-forward';
import { statsSummary } from './stats-summary';

/** What the node's server answers. */
export const ENDPOINTS: readonly Endpoint[] = [
  attach, attachWithUid, configz, containerLogs, exec, execWithUid, healthz, metrics, metricsResource, pods, portForward, portForwardWithUid, statsSummary,
];
