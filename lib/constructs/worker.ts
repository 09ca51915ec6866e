import { Construct } from 'constructs';
import { GracefulShutdown } from './graceful-shutdown';
import { Health } from './health';
import type { k8s } from './kubernetes';
import { type DeployedProcess, deployProcess, type ProcessOptions } from './process';
import { scopeOf } from './twelve-factor-app';

export interface WorkerOptions extends ProcessOptions {
  /** A worker has no port, so only a command can tell. @default Health.none(): it is well as long as it runs */
  readonly health?: Health;
  /** @default GracefulShutdown.immediate(): SIGTERM at once, 30 s for the job in hand */
  readonly shutdown?: GracefulShutdown;
}

/** A process that nobody calls: it takes its work from a queue or a clock. A Deployment without a Service. */
export class Worker extends Construct implements DeployedProcess {
  readonly deployment: k8s.KubeDeployment;
  readonly autoscaler?: k8s.KubeHorizontalPodAutoscalerV2;
  readonly disruptionBudget?: k8s.KubePodDisruptionBudget;

  constructor(scope: Construct, id: string, options: WorkerOptions) {
    super(scopeOf(scope), id);
    if (options.health?.needsPort) throw new Error(`Worker "${id}" has no port for its health check; use Health.command([…]), or make it a Web`);
    const { deployment, autoscaler, disruptionBudget } = deployProcess(this, { health: Health.none(), shutdown: GracefulShutdown.immediate(), ...options });
    this.deployment = deployment;
    this.autoscaler = autoscaler;
    this.disruptionBudget = disruptionBudget;
  }
}
