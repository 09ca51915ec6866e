import type { Rule } from '../../rule';
import { cronJobHistory } from './cron-job-history';
import { cronJobLateStart } from './cron-job-late-start';
import { cronJobOverlap } from './cron-job-overlap';
import { deprecatedServiceAccount } from './deprecated-service-account';
import { disruptionBudget } from './disruption-budget';
import { duplicateVariable } from './duplicate-variable';
import { floatingTag } from './floating-tag';
import { gracePeriod } from './grace-period';
import { memoryUnbounded } from './memory-unbounded';
import { probePort } from './probe-port';
import { probePortUnlisted } from './probe-port-unlisted';
import { probesIdentical } from './probes-identical';
import { quantityUnit } from './quantity-unit';
import { readinessProbe } from './readiness-probe';
import { recreateStrategy } from './recreate-strategy';
import { replicasUnset } from './replicas-unset';
import { resourceRequests } from './resource-requests';
import { spreadingSelector } from './spreading-selector';
import { startupBudget } from './startup-budget';

/** How processes are run: images, probes, resources, replicas, termination. */
export const workloadRules: readonly Rule[] = [
  gracePeriod, floatingTag,
  readinessProbe, probePort, probePortUnlisted, probesIdentical, startupBudget,
  resourceRequests, memoryUnbounded, quantityUnit, duplicateVariable, deprecatedServiceAccount,
  replicasUnset, disruptionBudget, recreateStrategy, spreadingSelector,
  cronJobOverlap, cronJobLateStart, cronJobHistory,
];
