import type { core } from '../../../api/types';
import type { DeepReadonly } from '../../../base/deep-readonly';
import { isLongRunning } from '../../containers-in';
import type { PodTemplate } from '../../pod-templates';
import type { Problem, Rule } from '../../rule';
import { startOf } from '../../shell';

const LOG_FOLDER = /^\/var\/log(\/|$)|\/logs?\/?$/;
const LOG_VARIABLE = /(^|_)LOG_?(FILE|FILENAME|FILE_PATH|PATH|DIR|DIRECTORY)$/;
const LOG_OPTION = /^--?(?:log[-_]?(?:file|path|dir)|access-?log(?:file)?|error-?log(?:file)?)$/i;

const pod = (more: string) => `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - { name: web, image: shop:1.4.2, volumeMounts: [{ name: logs, mountPath: /var/log/shop }] }${more}
  volumes: [{ name: logs, emptyDir: {} }]
`;

/** Logs go to files that nobody reads (factor XI). */
export const logFile: Rule = {
  id: 'log-file',
  severity: 'warning',
  summary: 'Logs are written to files, and nobody in the pod reads them',
  why: 'kubectl logs and every log collector see what a container writes to stdout. A file in a container is lost with it, just when one wants to know why it ended, and it fills the disk of the node until then.',
  seeAlso: 'https://12factor.net/logs',
  examples: { fails: pod(''), passes: pod('\n    - { name: log, image: busybox:1.35, command: [tail, -F, /logs/access.log], volumeMounts: [{ name: logs, mountPath: /logs }] }') },

  *check(objects) {
    for (const template of objects.podTemplates) {
      if (template.object.kind === 'DaemonSet') continue; // collectors keep their positions and buffers there
      yield* inVolumes(template);
      yield* inFiles(template);
    }
  },
};

const FIX = 'let the program log to stdout (or to the file /dev/stdout); if it cannot, add a sidecar that prints the file: the construct LogSidecar does';

function* inVolumes({ object, containers, spec }: PodTemplate): Generator<Problem> {
  for (const { container, path } of containers) {
    for (const [index, { name, mountPath, readOnly }] of (container.volumeMounts ?? []).entries()) {
      const volume = spec.volumes?.find((candidate) => candidate.name === name);
      if (readOnly || !LOG_FOLDER.test(mountPath) || !volume || !isOfPod(volume)) continue;
      if (volume.emptyDir && container.securityContext?.readOnlyRootFilesystem) continue; // servers want their folder to be writable, whether or not they log to it
      if (containers.some((other) => other.container !== container && isLongRunning(other) && other.container.volumeMounts?.some((mount) => mount.name === name))) continue;
      yield { object, field: `${path}.volumeMounts[${index}].mountPath`, message: `container ${container.name} alone has the volume ${name} at ${mountPath}`, fix: FIX };
    }
  }
}

const isOfPod = ({ emptyDir, persistentVolumeClaim, ephemeral }: DeepReadonly<core.Volume>) => emptyDir ?? persistentVolumeClaim ?? ephemeral;

/** Files that are named to the program, in a folder that it has for itself. */
function* inFiles({ object, containers }: PodTemplate): Generator<Problem> {
  for (const { container, path } of containers) {
    const lost = (file: string | undefined) => file !== undefined && file.startsWith('/') && !/^\/(dev|proc)\//.test(file)
      && !container.volumeMounts?.some(({ mountPath }) => file === mountPath || file.startsWith(`${mountPath.replace(/\/$/, '')}/`));
    for (const [index, { name, value }] of (container.env ?? []).entries()) {
      if (LOG_VARIABLE.test(name.toUpperCase()) && lost(value)) yield { object, field: `${path}.env[${index}].value`, message: `${name} is ${value}, in the container's own files`, fix: FIX };
    }
    const words = startOf(container);
    for (const [index, word] of words.entries()) {
      const [option, value = words[index + 1]] = word.split('=', 2);
      if (LOG_OPTION.test(option) && lost(value)) yield { object, field: `${path}.${index < (container.command?.length ?? 0) ? 'command' : 'args'}`, message: `${option} is ${value}, in the container's own files`, fix: FIX };
    }
  }
}
