import { createHash } from 'node:crypto';
import { Construct } from 'constructs';
import { RELEASE_TASK_LABEL } from '../api/label-keys';
import type { Duration } from './duration';
import { type JobOptions, jobSpec } from './job';
import { k8s } from './kubernetes';
import { objectName, selectorLabels } from './object-name';
import { scopeOf } from './twelve-factor-app';

export interface ReleaseTaskOptions extends JobOptions {
  /** It is ended, and the apply has failed, when it takes longer. @default 10 minutes */
  readonly timeout?: Duration;
  /** How often it is started again after it has failed. @default 0: half a migration is looked at by a person before it is run again */
  readonly retries?: number;
}

/**
 * What is done once for a release, before its processes are changed: migrations of a database (factor XII). A Job that `twelve apply` waits for; when it fails, no process has
 * been touched. Its name has a hash of its image, command and configuration, so it runs when one of these has changed and not again otherwise.
 */
export class ReleaseTask extends Construct {
  readonly job: k8s.KubeJob;

  constructor(scope: Construct, id: string, options: ReleaseTaskOptions) {
    super(scopeOf(scope), id);
    const spec = jobSpec(this, options, { timeoutSeconds: 600, retries: 0 });
    const hash = createHash('sha256').update(JSON.stringify(spec.template)).digest('hex').slice(0, 8);
    this.job = new k8s.KubeJob(this, 'job', {
      metadata: { name: `${objectName(this)}-${hash}`, labels: { ...selectorLabels(this), [RELEASE_TASK_LABEL]: 'true' } },
      spec,
    });
  }
}
