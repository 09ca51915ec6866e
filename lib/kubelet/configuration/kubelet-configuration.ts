import { dotted, namespaceOfSysctl } from '../admission/sysctls';
import { CORE_SIGNALS, type EvictionConfiguration, parseEviction } from './eviction-configuration';
import { durationOf, type Fields, integerOf, readFields, sizeOf, textOf } from './fields';
import { type ShutdownConfiguration, parseShutdown } from './shutdown-configuration';

/** How a node behaves, in the fields of upstream's KubeletConfiguration (kubelet.config.k8s.io/v1beta1). */
export interface KubeletConfiguration {
  readonly eviction: EvictionConfiguration;
  readonly shutdown: ShutdownConfiguration;
  readonly images: {
    /** Of the file system with the images, in percent. 100 means never. */
    readonly highThresholdPercent: number;
    readonly lowThresholdPercent: number;
    /** Milliseconds that an image nobody uses is kept at least. */
    readonly minimumAge: number;
  };
  readonly containerLogs: { readonly maximumBytes: number; readonly maximumFiles: number };
  readonly maximumPods: number;
  /** Where manifests of static pods lie; `manifests` in the node's directory when left out. */
  readonly staticPodPath: string | undefined;
  /** `/var/log/pods`: `containers` is made beside it. As the runtime decides when left out. */
  readonly podLogsDirectory: string | undefined;
  /** Names or `prefix*`. */
  readonly allowedUnsafeSysctls: readonly string[];
}

const TYPE = { apiVersion: 'kubelet.config.k8s.io/v1beta1', kind: 'KubeletConfiguration' };

const READERS = {
  imageGCHighThresholdPercent: integerOf(0, 100),
  imageGCLowThresholdPercent: integerOf(0, 100),
  imageMinimumGCAge: durationOf,
  containerLogMaxSize: sizeOf,
  containerLogMaxFiles: integerOf(2, 1_000),
  maxPods: integerOf(1, 10_000),
  staticPodPath: textOf,
  podLogsDir: podLogsOf,
  allowedUnsafeSysctls: sysctlsOf,
};

function sysctlsOf(value: unknown): readonly string[] {
  if (!Array.isArray(value)) throw new Error('is not a list');
  return value.map((entry) => {
    const name = dotted(textOf(entry));
    if (!namespaceOfSysctl(name)) throw new Error(`"${name}" would be set for the whole host; pods may have kernel.shm*, kernel.msg*, kernel.sem, fs.mqueue.* and net.* to themselves`);
    return name;
  });
}

function podLogsOf(value: unknown): string {
  const directory = textOf(value);
  if (!/^\/(.*\/)?pods$/.test(directory)) throw new Error(`"${directory}" is not an absolute path that ends in /pods`);
  return directory;
}

/** Of upstream's document; what is left out has upstream's default. Throws with the field's name when this kubelet cannot do what is asked. Pure. */
export function kubeletConfiguration(document: unknown = {}): KubeletConfiguration {
  const fields = documentFields(document);
  const { rest: afterEviction, eviction } = parseEviction(fields);
  const { rest, shutdown } = parseShutdown(afterEviction);
  const read = readFields(rest, READERS);
  const images = { highThresholdPercent: read.imageGCHighThresholdPercent ?? 85, lowThresholdPercent: read.imageGCLowThresholdPercent ?? 80, minimumAge: read.imageMinimumGCAge ?? 120_000 };
  if (images.lowThresholdPercent >= images.highThresholdPercent) throw new Error(`imageGCLowThresholdPercent: ${images.lowThresholdPercent} must be less than imageGCHighThresholdPercent ${images.highThresholdPercent}`);
  return {
    eviction, shutdown, images,
    containerLogs: { maximumBytes: read.containerLogMaxSize ?? 10 * 1024 * 1024, maximumFiles: read.containerLogMaxFiles ?? 5 },
    maximumPods: read.maxPods ?? 110,
    staticPodPath: read.staticPodPath,
    podLogsDirectory: read.podLogsDir,
    allowedUnsafeSysctls: read.allowedUnsafeSysctls ?? [],
  };
}

function documentFields(document: unknown): Fields {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) throw new Error(`a kubelet configuration is an object of kind ${TYPE.kind} (${TYPE.apiVersion})`);
  const { apiVersion = TYPE.apiVersion, kind = TYPE.kind, ...fields } = document as Fields;
  if (apiVersion !== TYPE.apiVersion || kind !== TYPE.kind) throw new Error(`a kubelet configuration is of kind ${TYPE.kind} (${TYPE.apiVersion}), not ${String(kind)} (${String(apiVersion)})`);
  return fields;
}

/** What `configz` shows: upstream's document with what is in force. Pure. */
export function toDocument({ eviction, shutdown, images, containerLogs, maximumPods, staticPodPath, podLogsDirectory, allowedUnsafeSysctls }: KubeletConfiguration): object {
  const seconds = (milliseconds: number) => `${milliseconds / 1000}s`;
  return {
    ...TYPE,
    evictionHard: Object.fromEntries(CORE_SIGNALS.flatMap((signal) => eviction.hard[signal] ? [[signal, eviction.hard[signal].text]] : [])),
    ...(Object.keys(eviction.soft).length > 0 && {
      evictionSoft: Object.fromEntries(CORE_SIGNALS.flatMap((signal) => eviction.soft[signal] ? [[signal, eviction.soft[signal].text]] : [])),
      evictionSoftGracePeriod: Object.fromEntries(CORE_SIGNALS.flatMap((signal) => eviction.soft[signal] ? [[signal, seconds(eviction.soft[signal].gracePeriod)]] : [])),
    }),
    ...(allowedUnsafeSysctls.length > 0 && { allowedUnsafeSysctls }),
    evictionPressureTransitionPeriod: seconds(eviction.transitionPeriod),
    evictionMaxPodGracePeriod: eviction.maximumGraceSeconds,
    imageGCHighThresholdPercent: images.highThresholdPercent,
    imageGCLowThresholdPercent: images.lowThresholdPercent,
    imageMinimumGCAge: seconds(images.minimumAge),
    containerLogMaxSize: String(containerLogs.maximumBytes),
    containerLogMaxFiles: containerLogs.maximumFiles,
    maxPods: maximumPods,
    ...(shutdown.length > 0 && { shutdownGracePeriodByPodPriority: shutdown.map(({ priority, graceSeconds }) => ({ priority, shutdownGracePeriodSeconds: graceSeconds })) }),
    ...(staticPodPath && { staticPodPath }),
    ...(podLogsDirectory && { podLogsDir: podLogsDirectory }),
  };
}
