import type { Construct } from 'constructs';
import { Image } from '../../image';
import { k8s } from '../../kubernetes';
import { objectName, podLabels, selectorLabels } from '../../object-name';
import { resourceRequirements } from '../../resources';
import { containerSecurity, podSecurity } from '../../security';
import { TwelveFactorApp } from '../../twelve-factor-app';
import { claimSpec } from '../storage';
import { BackupVolume, type BackupOptions } from './backup-options';
import type { Dump } from './dump';
import { type BackupStep, bucketToBucket, bucketToVolume, fileToBucket, fileToVolume, type Plan } from './plan';

/** The objects of a backup. */
export interface Backup {
  /** Writes a dump; by hand: `kubectl create job --from=cronjob/<name>-backup <job>`. */
  readonly cronJob: k8s.KubeCronJob;
  /** Reads the newest dump, by hand only: it is suspended. @default none: the docs say how */
  readonly restoreCronJob?: k8s.KubeCronJob;
  /** @default none: dumps go to a bucket, or to a claim that existed */
  readonly claim?: k8s.KubePersistentVolumeClaim;
}

export function backUp(construct: Construct, dump: Dump, options: BackupOptions): Backup {
  const { id } = construct.node;
  const { keep = 7, to = BackupVolume.own() } = options;
  if (!Number.isInteger(keep) || keep < 1) throw new Error(`BackingService "${id}": backup.keep is ${keep}; it is a whole number from 1`);
  const name = `${objectName(construct)}-backup`;
  if (name.length > 44) throw new Error(`BackingService "${id}": the name "${name}" is longer than 44 characters, which the names of its Jobs need; use shorter ids`);
  const file = { prefix: objectName(construct), keep, transfer: options.transferImage ?? Image.reference('rclone/rclone:1.71.0') };
  const volume = to instanceof BackupVolume ? volumeOf(construct, name, to) : undefined;
  const plan = planOf(dump, to, file);
  const steps = { construct, claimName: volume?.claimName };
  return {
    cronJob: cronJob(steps, 'backup', name, plan.dump, { schedule: options.schedule ?? '30 2 * * *', timeZone: options.timeZone ?? 'Etc/UTC' }),
    ...(plan.restore && { restoreCronJob: cronJob(steps, 'restore', `${objectName(construct)}-restore`, plan.restore, { schedule: '0 0 1 1 *', timeZone: 'Etc/UTC', suspend: true }) }),
    ...(volume?.claim && { claim: volume.claim }),
  };
}

function planOf(dump: Dump, to: BackupOptions['to'], file: Parameters<typeof fileToVolume>[1]): Plan {
  const bucket = to === undefined || to instanceof BackupVolume ? undefined : to.objectStorage;
  if ('copies' in dump) return bucket ? bucketToBucket(dump.copies, bucket, file) : bucketToVolume(dump.copies, file);
  return bucket ? fileToBucket(dump, bucket, file) : fileToVolume(dump, file);
}

function volumeOf(construct: Construct, name: string, { _source: source }: BackupVolume): { readonly claimName: string; readonly claim?: k8s.KubePersistentVolumeClaim } {
  if ('claim' in source) return { claimName: source.claim };
  return { claimName: name, claim: new k8s.KubePersistentVolumeClaim(construct, 'backup-data', { metadata: { name, labels: selectorLabels(construct) }, spec: claimSpec(source.storage) }) };
}

interface Times {
  readonly schedule: string;
  readonly timeZone: string;
  readonly suspend?: boolean;
}

function cronJob({ construct, claimName }: { readonly construct: Construct; readonly claimName?: string }, verb: string, name: string, steps: readonly BackupStep[], times: Times): k8s.KubeCronJob {
  return new k8s.KubeCronJob(construct, verb, {
    metadata: { name, labels: selectorLabels(construct) },
    spec: {
      ...times,
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 3600,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        spec: {
          backoffLimit: verb === 'restore' ? 0 : 2,
          template: { metadata: { labels: { ...podLabels(construct), ...ROLE(construct, verb) } }, spec: podSpec(construct, steps, claimName) },
        },
      },
    },
  });
}

/** Not those of the service itself, which would send it requests. */
const ROLE = (construct: Construct, verb: string) => ({ 'app.kubernetes.io/component': `${construct.node.id}-${verb}` });

/** The steps one after the other: all but the last are init containers. */
function podSpec(construct: Construct, steps: readonly BackupStep[], claimName: string | undefined): k8s.PodSpec {
  const { profile } = TwelveFactorApp.appOf(construct).settings;
  const user = profile === 'restricted' ? 999 : undefined;
  const containers = steps.map(({ name, image, script, env }): k8s.Container => ({
    name,
    ...image._toKube(),
    command: ['sh', '-euc', script.join('\n')],
    env: [...env],
    resources: resourceRequirements(profile),
    volumeMounts: [{ name: 'backup', mountPath: '/backup' }, { name: 'scratch', mountPath: '/tmp' }],
    securityContext: containerSecurity(profile),
  }));
  return {
    automountServiceAccountToken: false, enableServiceLinks: false,
    ...podSecurity(`BackingService "${construct.node.id}"`, profile, user),
    restartPolicy: 'Never',
    volumes: [
      { name: 'backup', ...(claimName === undefined ? { emptyDir: {} } : { persistentVolumeClaim: { claimName } }) },
      { name: 'scratch', emptyDir: {} },
    ],
    ...(containers.length > 1 && { initContainers: containers.slice(0, -1) }),
    containers: containers.slice(-1),
  };
}
