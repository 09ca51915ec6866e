import type { Construct } from 'constructs';
import type { GracefulShutdown } from './graceful-shutdown';
import type { Health } from './health';
import { k8s } from './kubernetes';
import { objectName, selectorLabels } from './object-name';
import { type ContainerOptions, podTemplate } from './pod-template';
import { Scale } from './scale';
import { TwelveFactorApp } from './twelve-factor-app';

/** What every kind of process takes. */
export interface ProcessOptions extends ContainerOptions {
  /** @default Scale.fixed(2); Scale.fixed(1) with the profile small-host */
  readonly scale?: Scale;
}

export interface ProcessParts extends ProcessOptions {
  readonly health: Health;
  readonly shutdown: GracefulShutdown;
  /** The first is the one that is asked for its health. @default none */
  readonly ports?: readonly k8s.ContainerPort[];
}

/**
 * The Deployment of a stateless process (factor VI): nothing in it survives a pod, copies are added before others are taken away.
 */
export function deployProcess(construct: Construct, parts: ProcessParts): k8s.KubeDeployment {
  const { profile } = TwelveFactorApp.appOf(construct).settings;
  const labels = selectorLabels(construct);
  return new k8s.KubeDeployment(construct, 'deployment', {
    metadata: { name: objectName(construct), labels },
    spec: {
      replicas: (parts.scale ?? Scale.default(profile)).replicas,
      selector: { matchLabels: labels },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: k8s.IntOrString.fromNumber(1), maxUnavailable: k8s.IntOrString.fromNumber(0) } },
      template: podTemplate(construct, parts),
    },
  });
}
