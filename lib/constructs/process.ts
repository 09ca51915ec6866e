import type { Construct } from 'constructs';
import { tryAutoscale } from './autoscaler';
import { spreading, tryDisruptionBudget } from './availability';
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

/** The objects that run a process. */
export interface DeployedProcess {
  readonly deployment: k8s.KubeDeployment;
  /** @default its number of copies is fixed */
  readonly autoscaler?: k8s.KubeHorizontalPodAutoscalerV2;
  /** @default it has one copy, or its scale says so */
  readonly disruptionBudget?: k8s.KubePodDisruptionBudget;
}

/** Runs a stateless process (factor VI): nothing in it survives a pod, copies are added before others are taken away. */
export function deployProcess(construct: Construct, parts: ProcessParts): DeployedProcess {
  const scale = parts.scale ?? Scale.default(TwelveFactorApp.appOf(construct).settings.profile);
  const labels = selectorLabels(construct);
  const deployment = new k8s.KubeDeployment(construct, 'deployment', {
    metadata: { name: objectName(construct), labels },
    spec: {
      ...(scale.replicas !== undefined && { replicas: scale.replicas }),
      selector: { matchLabels: labels },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: k8s.IntOrString.fromNumber(1), maxUnavailable: k8s.IntOrString.fromNumber(0) } },
      template: podTemplate(construct, { ...parts, spec: spreading(construct, scale) }),
      // The default of ten minutes would call a start that is allowed to be longer a failure.
      ...(parts.health.startupSeconds > 480 && { progressDeadlineSeconds: parts.health.startupSeconds + 120 }),
    },
  });
  parts.shutdown._patch(deployment);
  return { deployment, autoscaler: tryAutoscale(construct, scale, 'Deployment'), disruptionBudget: tryDisruptionBudget(construct, scale) };
}
