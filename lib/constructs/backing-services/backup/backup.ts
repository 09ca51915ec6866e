import { Construct } from 'constructs';
import { cronScheduleProblem } from '../../../api/validation/cron-schedule';
import { Image } from '../../image';
import { k8s } from '../../kubernetes';
import { objectName, selectorLabels } from '../../object-name';
import type { PodDraft } from '../../pod-draft';
import { podTemplate } from '../../pod-template';
import { resourceRequirements } from '../../resources';
import { containerSecurity } from '../../security';
import { TwelveFactorApp } from '../../twelve-factor-app';
import { claimSpec } from '../storage';
import { BackupVolume, type BackupOptions } from './backup-options';
import type { Dump } from './dump';
import { type BackupStep, bucketToBucket, bucketToVolume, type DumpFile, fileToBucket, fileToVolume, type Plan } from './plan';

interface Times {
  readonly schedule: string;
  readonly timeZone: string;
  readonly suspend?: boolean;
}

/** Copies of a service's data: a CronJob that writes them, and a suspended one that reads the newest. By hand: `kubectl create job --from=cronjob/<app>-<id>-backup <job>`. */
export class Backup extends Construct {
  readonly cronJob: k8s.KubeCronJob;
  /** Never runs by itself: `kubectl create job --from=cronjob/<app>-<id>-restore <job>`. Undefined where it is done by hand. */
  readonly restoreCronJob: k8s.KubeCronJob | undefined;
  /** Undefined when they go to a bucket, or to a claim that existed. */
  readonly claim: k8s.KubePersistentVolumeClaim | undefined;

  constructor(service: Construct, dump: Dump, options: BackupOptions) {
    super(service, 'backup');
    const what = `BackingService "${service.node.id}"`;
    const { keep = 7, to = BackupVolume.own(), schedule = '30 2 * * *', timeZone = 'Etc/UTC', transferImage = Image.reference('rclone/rclone:1.71.0') } = options;
    if (!Number.isInteger(keep) || keep < 1) throw new Error(`${what}: backup.keep is ${keep}; it is a whole number from 1`);
    const problem = cronScheduleProblem(schedule);
    if (problem) throw new Error(`${what}: backup.schedule "${schedule}" is not a schedule: ${problem}; write minute, hour, day of month, month and day of week, for example 30 2 * * *`);
    const own = to instanceof BackupVolume && 'storage' in to._source ? to._source.storage : undefined;
    this.claim = own && new k8s.KubePersistentVolumeClaim(this, 'data', { metadata: { name: objectName(this), labels: selectorLabels(this) }, spec: claimSpec(own) });
    const claimName = to instanceof BackupVolume ? ('claim' in to._source ? to._source.claim : objectName(this)) : undefined;
    const plan = planOf(dump, to, { prefix: objectName(service), keep, transfer: transferImage });
    this.cronJob = cronJob(this, plan.dump, claimName, { schedule, timeZone });
    this.restoreCronJob = plan.restore && cronJob(new Restore(service, 'restore'), plan.restore, claimName, { schedule: '0 0 1 1 *', timeZone, suspend: true });
  }
}

class Restore extends Construct {}

function planOf(dump: Dump, to: NonNullable<BackupOptions['to']>, file: DumpFile): Plan {
  const bucket = to instanceof BackupVolume ? undefined : to.objectStorage;
  if ('copies' in dump) return bucket ? bucketToBucket(dump.copies, bucket, file) : bucketToVolume(dump.copies, file);
  return bucket ? fileToBucket(dump, bucket, file) : fileToVolume(dump, file);
}

function cronJob(construct: Construct, steps: readonly BackupStep[], claimName: string | undefined, { suspend, ...times }: Times): k8s.KubeCronJob {
  return new k8s.KubeCronJob(construct, 'cron-job', {
    metadata: { name: objectName(construct), labels: selectorLabels(construct) },
    spec: {
      ...times,
      ...(suspend && { suspend }),
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 3600,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        metadata: { labels: selectorLabels(construct) },
        // A restore that failed is looked at by a person before it is tried again.
        spec: { backoffLimit: suspend ? 0 : 2, activeDeadlineSeconds: 6 * 3600, template: template(construct, steps, claimName) },
      },
    },
  });
}

/** The steps one after the other: all but the last are init containers. They share the folder of the dumps. */
function template(construct: Construct, steps: readonly BackupStep[], claimName: string | undefined): k8s.PodTemplateSpec {
  const [last, ...before] = [...steps].reverse();
  const folder = (pod: PodDraft) => {
    pod.mount({ name: 'backup', ...(claimName === undefined ? { emptyDir: {} } : { persistentVolumeClaim: { claimName } }) }, { mountPath: '/backup' });
    pod.mount({ name: 'scratch', emptyDir: {} }, { mountPath: '/tmp' });
    pod.initContainers.push(...before.reverse().map((step) => initContainer(pod, step)));
  };
  const { profile } = TwelveFactorApp.appOf(construct).settings;
  return podTemplate(construct, {
    image: last.image, command: commandOf(last), variables: last.env, restartPolicy: 'Never', attach: [{ _addTo: folder }],
    // That of the published database images; a dump needs no other rights than to write its file.
    ...(profile === 'restricted' && { user: 999 }),
  });
}

function initContainer(pod: PodDraft, step: BackupStep): k8s.Container {
  return {
    name: step.name, ...step.image._toKube(), command: [...commandOf(step)], env: [...step.env], resources: resourceRequirements(pod.profile),
    volumeMounts: [...pod.mounts], securityContext: containerSecurity(pod.profile),
  };
}

const commandOf = ({ script }: BackupStep) => ['sh', '-euc', script.join('\n')];
