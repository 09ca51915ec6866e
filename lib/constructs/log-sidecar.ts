import * as path from 'node:path';
import type { Size } from 'cdk8s';
import { abilitiesOf } from './environment';
import { Image } from './image';
import type { k8s } from './kubernetes';
import type { PodDraft, PodPart } from './pod-draft';
import { resourceRequirements } from './resources';
import { containerSecurity } from './security';
import { TwelveFactorApp } from './twelve-factor-app';
import { volumeName, WritableFolder } from './writable-folder';

export interface LogSidecarOptions {
  /** Any image with a shell and `tail`. @default busybox:1.35 */
  readonly image?: Image;
  /** When the log files take more than this the pod is evicted, before they fill its host's disk: let the program rotate them. @default 256 MiB */
  readonly limit?: Size;
}

/**
 * Log files of a program that cannot write to its standard output (factor XI), as the output of containers of their own: one for each file, called `log-<file>`. The folders of the files are shared with the
 * process, and are empty at its start. Lines of a rotated file are neither lost nor repeated, whether it is renamed or truncated; a container that is restarted writes the file again from its beginning.
 */
export class LogSidecar implements PodPart {
  /** Follows these files: `attach: [LogSidecar.follow(['/var/log/shop/access.log'])]`. */
  static follow(files: readonly [string, ...string[]], options: LogSidecarOptions = {}): LogSidecar {
    for (const file of files) {
      if (path.posix.isAbsolute(file) && path.posix.normalize(file) === file && path.posix.dirname(file) !== '/' && !/[*?[]/.test(file)) continue;
      throw new Error(`LogSidecar.follow: "${file}" is not the path of one file in a folder; write it like /var/log/shop/access.log`);
    }
    return new LogSidecar(files, options);
  }

  private constructor(private readonly files: readonly string[], private readonly options: LogSidecarOptions) {}

  /** @internal */
  _addTo(pod: PodDraft): void {
    const { sidecars } = abilitiesOf(TwelveFactorApp.appOf(pod.construct).settings);
    if (!sidecars && pod.life.ends) {
      throw new Error(`${pod.what}: a LogSidecar would keep it from ending, because clusters before 1.29 have no native sidecars; write the log to /dev/stdout, or set environments.<name>.kubernetes to a newer version`);
    }
    // A native sidecar is told to end when the process has. Otherwise both are told at the same time; it needs five seconds itself.
    const goOn = sidecars ? 0 : Math.max(0, pod.life.gracePeriodSeconds - 5);
    for (const folder of new Set(this.files.map((file) => path.posix.dirname(file)))) new WritableFolder({ path: folder, limit: this.options.limit })._addTo(pod);
    (sidecars ? pod.sidecars : pod.companions).push(...this.files.map((file, index) => this.container(pod, file, index, goOn)));
  }

  private container(pod: PodDraft, file: string, index: number, goOn: number): k8s.Container {
    const folder = path.posix.dirname(file);
    return {
      name: this.containerName(index),
      ...(this.options.image ?? Image.reference('busybox:1.35'))._toKube(),
      command: ['sh', '-c', FOLLOW, 'sh', file, String(goOn)],
      resources: resourceRequirements(pod.profile, { cpu: '5m', memory: '16Mi' }),
      volumeMounts: [{ name: volumeName(folder), mountPath: folder, readOnly: true }],
      securityContext: containerSecurity(pod.profile),
    };
  }

  /** From the file's name, and its folder's where two are called the same. */
  private containerName(index: number): string {
    const names = this.files.map((file) => slug(path.posix.basename(file).replace(/\.log$/, '')));
    const name = names.filter((other) => other === names[index]).length > 1 ? slug(this.files[index].replace(/\.log$/, '')) : names[index];
    return `log-${name}`.slice(0, 63).replace(/-$/, '');
  }
}

const slug = (text: string) => text.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');

/**
 * `tail -F` of most images closes a renamed file at once and loses its last lines, so here the open file is followed (standard input), and the next one is begun when the old one has been quiet for two seconds. The
 * shell is the container's first process because `tail` as that would ignore SIGTERM. Arguments: the file, and the seconds to go on after SIGTERM.
 */
const FOLLOW = `log=$1
trap 'left=$2' TERM
second() { sleep 1; [ -z "$left" ] || left=$((left - 1)); }
over() { [ -n "$left" ] && [ "$left" -le 0 ]; }
while :; do
  until [ -r "$log" ]; do over && exit 0; second; done
  exec 3<"$log"
  tail -n +1 -f <&3 & reader=$!
  until over || ! [ /proc/self/fd/3 -ef "$log" ]; do second; done
  sleep 2
  { kill "$reader"; wait "$reader"; } 2>/dev/null
  over && [ /proc/self/fd/3 -ef "$log" ] && exit 0
done
`;
