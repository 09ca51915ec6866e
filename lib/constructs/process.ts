import type { Construct } from 'constructs';
import type { GracefulShutdown } from './graceful-shutdown';
import type { Health } from './health';
import type { Image } from './image';
import { k8s } from './kubernetes';
import { objectName, podLabels, selectorLabels } from './object-name';
import { type Resources, resourceRequirements } from './resources';
import { Scale } from './scale';
import { TwelveFactorApp } from './twelve-factor-app';
import { collectVariables, type VariableSource } from './variables';

/** What every kind of process takes. */
export interface ProcessOptions {
  readonly image: Image;
  /** Replaces the image's entry point. @default the image's */
  readonly command?: readonly string[];
  /** Replaces the image's arguments. @default the image's */
  readonly args?: readonly string[];
  /** Where its environment variables come from. @default none */
  readonly env?: readonly VariableSource[];
  /** @default Scale.fixed(2); Scale.fixed(1) with the profile small-host */
  readonly scale?: Scale;
  /** @default small requests, no limits */
  readonly resources?: Resources;
}

export interface ProcessParts extends ProcessOptions {
  readonly health: Health;
  readonly shutdown: GracefulShutdown;
  /** Port named `http` that Services send to. @default none */
  readonly port?: number;
}

/**
 * The Deployment of a stateless process (factor VI): nothing in it survives a pod, copies are added before others are taken away.
 * Deliberately not set: a user or a read-only root file system, because most published images would not start.
 */
export function deployProcess(construct: Construct, parts: ProcessParts): k8s.KubeDeployment {
  const what = `${construct.constructor.name} "${construct.node.id}"`;
  const { profile } = TwelveFactorApp.appOf(construct).settings;
  const name = objectName(construct);
  const labels = selectorLabels(construct);
  return new k8s.KubeDeployment(construct, 'deployment', {
    metadata: { name, labels },
    spec: {
      replicas: (parts.scale ?? Scale.default(profile)).replicas,
      selector: { matchLabels: labels },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: k8s.IntOrString.fromNumber(1), maxUnavailable: k8s.IntOrString.fromNumber(0) } },
      template: {
        metadata: { labels: podLabels(construct) },
        spec: {
          ...POD_DEFAULTS,
          terminationGracePeriodSeconds: parts.shutdown.gracePeriodSeconds,
          containers: [{
            name: construct.node.id,
            ...parts.image._toKube(),
            ...(parts.command && { command: [...parts.command] }),
            ...(parts.args && { args: [...parts.args] }),
            ...(parts.port !== undefined && { ports: [{ name: 'http', containerPort: parts.port }] }),
            env: collectVariables(what, parts.env ?? []),
            resources: resourceRequirements(profile, parts.resources),
            ...parts.health._toKube('http'),
            ...parts.shutdown._toKube(),
            securityContext: { allowPrivilegeEscalation: false },
          }],
        },
      },
    },
  });
}

/** An application's process has no business with the Kubernetes API, and finds its services by name. */
export const POD_DEFAULTS = { automountServiceAccountToken: false, enableServiceLinks: false } as const;
