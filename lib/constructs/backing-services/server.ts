import type { Construct } from 'constructs';
import { BACKING_SERVICE_LABEL } from '../../api/label-keys';
import { Duration } from '../duration';
import { GracefulShutdown } from '../graceful-shutdown';
import type { Health } from '../health';
import type { Image } from '../image';
import { k8s } from '../kubernetes';
import { objectName, selectorLabels } from '../object-name';
import { podTemplate } from '../pod-template';
import type { Profile } from '../profile';
import type { Resources } from '../resources';
import { TwelveFactorApp } from '../twelve-factor-app';
import type { WritablePath } from '../writable-folder';
import { claimSpec, type StorageOptions } from './storage';

/** What every service takes that runs as a container. */
export interface ContainerOptions {
  /** @default a published one; each kind says which */
  readonly image?: Image;
  /** @default small requests, no limits */
  readonly resources?: Resources;
}

/** The container of a service. */
export interface ServerParts extends ContainerOptions {
  readonly image: Image;
  /** The first is the service's own. Names are at most 15 characters. */
  readonly ports: readonly { readonly name: string; readonly port: number }[];
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env: readonly k8s.EnvVar[];
  readonly health: Health;
  /** How it is stopped without losing anything. */
  readonly shutdown: GracefulShutdown;
  /** Folder of the data. @default none: it has nothing to lose */
  readonly dataFolder?: string;
  readonly storage?: StorageOptions;
  /** What it asks for where the program says nothing. @default as every process */
  readonly memory?: { readonly [P in Profile]?: string };
  /** What the image needs to run without rights, under the profile restricted. */
  readonly restricted: { readonly user?: number; readonly writable: readonly WritablePath[] };
  /** What the program says about its rights, under every profile. */
  readonly user?: number;
  readonly writable?: readonly WritablePath[];
}

/** The objects of a service that runs as a container. */
export interface Server {
  readonly deployment: k8s.KubeDeployment;
  readonly service: k8s.KubeService;
  /** @default none: it keeps nothing */
  readonly claim?: k8s.KubePersistentVolumeClaim;
}

/** A server that writes its buffers to disk on SIGTERM by itself, and needs time for it. @param before shell command before SIGTERM */
export function stopWithin(seconds: number, before?: string): GracefulShutdown {
  const times = { longestRequest: Duration.seconds(seconds - 5), margin: Duration.seconds(5) };
  return before === undefined ? GracefulShutdown.immediate(times) : GracefulShutdown.command(before, { settle: Duration.seconds(1), longestRequest: Duration.seconds(seconds - 6), margin: times.margin });
}

/**
 * One copy, with a volume that outlives it where it has a folder of data, and a Service under the same name. The old copy is gone before the new one
 * starts (`Recreate`): two servers on one folder would destroy it.
 */
export function runServer(construct: Construct, type: string, parts: ServerParts): Server {
  const { profile } = TwelveFactorApp.appOf(construct).settings;
  const name = objectName(construct);
  const labels = selectorLabels(construct);
  const metadata = { name, labels: { ...labels, [BACKING_SERVICE_LABEL]: type } };
  const claim = parts.dataFolder === undefined ? undefined : new k8s.KubePersistentVolumeClaim(construct, 'data', { metadata, spec: claimSpec(parts.storage) });
  const deployment = new k8s.KubeDeployment(construct, 'deployment', {
    metadata,
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      strategy: claim ? { type: 'Recreate' } : { type: 'RollingUpdate', rollingUpdate: { maxSurge: k8s.IntOrString.fromNumber(1), maxUnavailable: k8s.IntOrString.fromNumber(0) } },
      template: serverTemplate(construct, profile, parts),
    },
  });
  const service = new k8s.KubeService(construct, 'service', {
    metadata,
    spec: { selector: labels, ports: parts.ports.map((port) => ({ name: port.name, port: port.port, targetPort: k8s.IntOrString.fromString(port.name) })) },
  });
  return { deployment, service, ...(claim && { claim }) };
}

function serverTemplate(construct: Construct, profile: Profile, { dataFolder, env, ...parts }: ServerParts): k8s.PodTemplateSpec {
  const memory = parts.memory?.[profile];
  const name = objectName(construct);
  return podTemplate(construct, {
    ...parts,
    ...(profile === 'restricted' && parts.restricted),
    resources: { ...(memory && { memory }), ...parts.resources },
    variables: env,
    ports: parts.ports.map((port) => ({ name: port.name, containerPort: port.port })),
    attach: dataFolder === undefined ? [] : [{ _addTo: (pod) => pod.mount({ name: 'data', persistentVolumeClaim: { claimName: name } }, { mountPath: dataFolder }) }],
  });
}

/** What a container with a volume takes. */
export interface StatefulOptions extends ContainerOptions {
  readonly storage?: StorageOptions;
}
