import type { Construct } from 'constructs';
import type { Profile } from './profile';
import type { k8s } from './kubernetes';
import type { VariableSource } from './variables';

/** Something that a process's pod contains beside the process: files, a log sidecar. Given to a process with `attach`. */
export interface PodPart {
  /** @internal Called once for each pod template that it is attached to, in the order in which parts are given. */
  _addTo(pod: PodDraft): void;
}

/** How long a pod lives. */
export interface PodLife {
  /** Seconds it has to stop. */
  readonly gracePeriodSeconds: number;
  /** The process ends by itself: a job. */
  readonly ends: boolean;
}

/** A pod while it is put together: the process's container and what its parts add. */
export class PodDraft {
  /** Variables of the process, before its own. */
  readonly env: VariableSource[] = [];
  /** Run one after the other before the process starts. */
  readonly initContainers: k8s.Container[] = [];
  /** Start before the process and end after it: native sidecars. */
  readonly sidecars: k8s.Container[] = [];
  /** Start and end together with the process, where the cluster has no native sidecars. */
  readonly companions: k8s.Container[] = [];
  /** Annotations of the pod. A change of one rolls the pods. */
  readonly annotations: Record<string, string> = {};
  private readonly volumesByName = new Map<string, k8s.Volume>();
  private readonly mountsByPath = new Map<string, k8s.VolumeMount>();

  /** @param construct the process that the pod is of */
  constructor(readonly construct: Construct, readonly profile: Profile, readonly life: PodLife) {}

  /** `Web "web"`, for messages. */
  get what(): string {
    return `${this.construct.constructor.name} "${this.construct.node.id}"`;
  }

  get volumes(): readonly k8s.Volume[] {
    return [...this.volumesByName.values()];
  }

  /** Of the process's container. */
  get mounts(): readonly k8s.VolumeMount[] {
    return [...this.mountsByPath.values()];
  }

  /** Adds a volume. The same one twice (two parts that share a folder) is one; another of the same name throws. */
  addVolume(volume: k8s.Volume): void {
    const there = this.volumesByName.get(volume.name);
    if (there && JSON.stringify(there) !== JSON.stringify(volume)) throw new Error(`${this.what}: two volumes are called ${volume.name}; give one of them another name`);
    this.volumesByName.set(volume.name, volume);
  }

  /** Shows a volume in the process's file system. A path can be used once. */
  mount(volume: k8s.Volume, mount: Omit<k8s.VolumeMount, 'name'>): void {
    this.mountAt(volume.name, mount);
    this.addVolume(volume);
  }

  /** Shows the volume of a StatefulSet's claim template, which the pod itself does not name. */
  mountClaim(name: string, mountPath: string): void {
    this.mountAt(name, { mountPath });
  }

  private mountAt(name: string, mount: Omit<k8s.VolumeMount, 'name'>): void {
    const { mountPath } = mount;
    if (!/^\/./.test(mountPath) || mountPath.includes(':')) throw new Error(`${this.what}: "${mountPath}" is not the absolute path of a folder or file in the container; write it as /etc/${this.construct.node.id}`);
    const other = this.mountsByPath.get(mountPath);
    if (other && other.name !== name) throw new Error(`${this.what}: both ${other.name} and ${name} are mounted at ${mountPath}; choose another path for one of them`);
    this.mountsByPath.set(mountPath, { name, ...mount });
  }
}
