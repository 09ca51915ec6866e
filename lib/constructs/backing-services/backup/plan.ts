import type { Image } from '../../image';
import type { k8s } from '../../kubernetes';
import type { FileDump } from './dump';
import type { ObjectStorage } from './object-storage';

/** One container of a backup: shell commands in a folder `/backup` that all of its steps share. */
export interface BackupStep {
  readonly name: string;
  readonly image: Image;
  readonly env: readonly k8s.EnvVar[];
  readonly script: readonly string[];
}

/** What writes a dump, and what reads the newest. */
export interface Plan {
  readonly dump: readonly BackupStep[];
  readonly restore?: readonly BackupStep[];
}

export interface DumpFile {
  /** What its name begins with; the time follows, so that names sort by it. */
  readonly prefix: string;
  readonly keep: number;
  readonly transfer: Image;
}

const NOW = '$(date -u +%Y%m%dT%H%M%SZ)';
const POD_IP: k8s.EnvVar = { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } };
/** Which dump is restored. */
const CHOSEN: k8s.EnvVar = { name: 'RESTORE', value: 'newest' };

/** A dump appears under its name when it is complete. */
export function fileToVolume(dump: FileDump, file: DumpFile): Plan {
  const names = `grep -E '^${file.prefix}-[0-9TZ]+\\.${dump.extension}$'`;
  return {
    dump: [{
      name: 'dump', image: imageOf(dump, file), env: dump.env,
      script: [
        'umask 077',
        `rm -f /backup/${file.prefix}-*.part*`, // of one that was ended
        `file=/backup/${file.prefix}-${NOW}.${dump.extension}`,
        'export BACKUP_FILE="$file.part"',
        ...dump.dump,
        'mv "$BACKUP_FILE" "$file"',
        `ls -1 /backup | ${names} | sort -r | tail -n +${file.keep + 1} | while read -r old; do rm "/backup/$old"; done`,
        'ls -l "$file"',
      ],
    }],
    ...(dump.restore && { restore: [restoreStep(dump, file)] }),
  };
}

/** Dumped to a folder of the pod, and then copied. */
export function fileToBucket(dump: FileDump, bucket: ObjectStorage, file: DumpFile): Plan {
  const folder = `backup:${bucket.bucket}/${file.prefix}`;
  const env = bucket.variables('backup');
  return {
    dump: [
      { name: 'dump', image: imageOf(dump, file), env: dump.env, script: [`export BACKUP_FILE=/backup/${file.prefix}-${NOW}.${dump.extension}`, ...dump.dump] },
      {
        name: 'upload', image: file.transfer, env,
        script: [`rclone copy --s3-no-check-bucket /backup ${folder}`, `rclone lsf ${folder} | sort -r | tail -n +${file.keep + 1} | while read -r old; do rclone deletefile "${folder}/$old"; done`, `rclone lsl ${folder} | tail -n 1`],
      },
    ],
    ...(dump.restore && {
      restore: [
        { name: 'download', image: file.transfer, env: [CHOSEN, ...env], script: [`[ "$RESTORE" != newest ] || RESTORE=$(rclone lsf ${folder} | sort | tail -n 1)`, 'echo "$RESTORE"', `rclone copy "${folder}/$RESTORE" /backup`] },
        restoreStep(dump, file),
      ],
    }),
  };
}

/** The newest copy, and beside it what it replaced: a folder for each run. */
export function bucketToVolume(from: ObjectStorage, file: DumpFile): Plan {
  return copies(from, `/backup/${file.prefix}`, file, []);
}

export function bucketToBucket(from: ObjectStorage, to: ObjectStorage, file: DumpFile): Plan {
  return copies(from, `backup:${to.bucket}/${file.prefix}`, file, to.variables('backup'));
}

function copies(from: ObjectStorage, to: string, file: DumpFile, env: readonly k8s.EnvVar[]): Plan {
  const step = { image: file.transfer, env: [...from.variables('source'), ...env] };
  return {
    dump: [{
      ...step, name: 'copy',
      script: [
        `rclone sync --s3-no-check-bucket source:${from.bucket} ${to}/current --backup-dir ${to}/replaced/${NOW}`,
        `rclone lsf --dirs-only ${to}/replaced 2>/dev/null | sort -r | tail -n +${file.keep + 1} | while read -r old; do rclone purge "${to}/replaced/$old"; done`,
        `rclone size ${to}/current`,
      ],
    }],
    restore: [{ ...step, name: 'restore', script: [`rclone sync --s3-no-check-bucket ${to}/current source:${from.bucket}`, `rclone size source:${from.bucket}`] }],
  };
}

/** `$RESTORE` names another than the newest. */
function restoreStep(dump: FileDump, file: DumpFile): BackupStep {
  const names = `grep -E '^${file.prefix}-[0-9TZ]+\\.${dump.extension}$'`;
  return {
    name: 'restore', image: imageOf(dump, file), env: [POD_IP, CHOSEN, ...dump.env],
    script: [`[ "$RESTORE" != newest ] || RESTORE=$(ls -1 /backup | ${names} | sort | tail -n 1)`, 'export BACKUP_FILE="/backup/$RESTORE"', 'ls -l "$BACKUP_FILE"', ...dump.restore ?? []],
  };
}

const imageOf = (dump: FileDump, file: DumpFile) => (dump.image === 'transfer' ? file.transfer : dump.image);
