import type { Construct } from 'constructs';
import { abilitiesOf } from './environment';
import { expectsAnnotation } from './expected-secrets';
import type { GracefulShutdown } from './graceful-shutdown';
import type { Health } from './health';
import type { Image } from './image';
import type { k8s } from './kubernetes';
import { podLabels } from './object-name';
import { PodDraft, type PodPart } from './pod-draft';
import { type Resources, resourceRequirements } from './resources';
import { containerSecurity, podSecurity } from './security';
import { TwelveFactorApp } from './twelve-factor-app';
import { collectVariables, knownValues, type VariableSource } from './variables';
import { WritableFolder, type WritablePath } from './writable-folder';

/** What runs in a pod, whatever makes the pod: a Deployment, a StatefulSet, a Job. */
export interface ContainerOptions {
  readonly image: Image;
  /** Replaces the image's entry point. @default the image's */
  readonly command?: readonly string[];
  /** Replaces the image's arguments. @default the image's */
  readonly args?: readonly string[];
  /** Where its environment variables come from. @default none */
  readonly env?: readonly VariableSource[];
  /** @default small requests, no limits */
  readonly resources?: Resources;
  /** Folders that it writes to. They are empty at the start, and gone with the pod (factor VI). @default none: it writes to its image's file system, where the profile allows it */
  readonly writable?: readonly WritablePath[];
  /** Number of the user it runs as. @default the image's; the profile restricted needs one that is not 0 */
  readonly user?: number;
  /** Files and sidecars. @default none */
  readonly attach?: readonly PodPart[];
}

export interface PodTemplateParts extends ContainerOptions {
  /** @default none */
  readonly health?: Health;
  /** @default SIGTERM, and 30 s */
  readonly shutdown?: GracefulShutdown;
  /** Ports that it listens on; the first is asked for its health. @default none */
  readonly ports?: readonly k8s.ContainerPort[];
  /** Variables that come from no source. @default none */
  readonly variables?: readonly k8s.EnvVar[];
  /** Of the pod. @default Always */
  readonly restartPolicy?: 'Never' | 'OnFailure';
  /** What else the pod's specification says: spreading. */
  readonly spec?: Partial<k8s.PodSpec>;
}

/** An application's process has no business with the Kubernetes API, and finds its services by name. */
const POD_DEFAULTS = { automountServiceAccountToken: false, enableServiceLinks: false } as const;

/** The pod template of a construct: one container called as the construct's id, and what the parts add. Every workload's pods are made here. */
export function podTemplate(construct: Construct, parts: PodTemplateParts): k8s.PodTemplateSpec {
  const { profile } = TwelveFactorApp.appOf(construct).settings;
  const { shutdown } = parts;
  const pod = new PodDraft(construct, profile, { gracePeriodSeconds: shutdown?.gracePeriodSeconds ?? 30, ends: parts.restartPolicy !== undefined });
  for (const part of [...(parts.writable ?? []).map((path) => new WritableFolder(path)), ...parts.attach ?? [], ...(shutdown ? [shutdown] : [])]) part._addTo(pod);
  const container = processContainer(pod, parts);
  const initContainers = [...pod.sidecars.map((sidecar) => ({ ...sidecar, restartPolicy: 'Always' })), ...pod.initContainers];
  const annotations = { ...pod.annotations, ...expectsAnnotation(construct, [container, ...initContainers].flatMap(({ env = [] }) => env), pod.volumes) };
  return {
    metadata: { labels: podLabels(construct), ...(Object.keys(annotations).length > 0 && { annotations }) },
    spec: {
      ...POD_DEFAULTS,
      ...podSecurity(pod.what, profile, parts.user),
      ...parts.spec,
      ...(parts.restartPolicy && { restartPolicy: parts.restartPolicy }),
      ...(parts.shutdown && { terminationGracePeriodSeconds: parts.shutdown.gracePeriodSeconds }),
      ...(pod.volumes.length > 0 && { volumes: [...pod.volumes] }),
      ...(initContainers.length > 0 && { initContainers }),
      containers: [container, ...pod.companions],
    },
  };
}

function processContainer(pod: PodDraft, parts: PodTemplateParts): k8s.Container {
  const [port] = parts.ports ?? [];
  const sources = [...pod.env, ...parts.env ?? []];
  const env = [...parts.variables ?? [], ...collectVariables(pod.what, sources)];
  const { sleepHook } = abilitiesOf(TwelveFactorApp.appOf(pod.construct).settings);
  return {
    name: pod.construct.node.id,
    ...parts.image._toKube(),
    ...(parts.command && { command: [...parts.command] }),
    ...(parts.args && { args: [...parts.args] }),
    ...(parts.ports && parts.ports.length > 0 && { ports: [...parts.ports] }),
    env: [...env, ...parts.shutdown?._variables(pod.what, knownValues(env, sources)) ?? []],
    resources: resourceRequirements(pod.profile, parts.resources),
    ...parts.health?._toKube(port?.name ?? '', port?.containerPort),
    ...parts.shutdown?._toKube(pod.what, sleepHook),
    ...(pod.mounts.length > 0 && { volumeMounts: [...pod.mounts] }),
    securityContext: containerSecurity(pod.profile),
  };
}
