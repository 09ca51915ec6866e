import { Construct } from 'constructs';
import { exposeService, type ExposeOptions } from './exposure';
import { GracefulShutdown } from './graceful-shutdown';
import { Health } from './health';
import { k8s } from './kubernetes';
import { objectName, selectorLabels } from './object-name';
import { checkPort } from './ports';
import { deployProcess, type ProcessOptions } from './process';
import { scopeOf } from './twelve-factor-app';

export interface WebOptions extends ProcessOptions {
  /** The port it listens on (factor VII). */
  readonly port: number;
  /** @default Health.tcp(): ready when the port accepts connections */
  readonly health?: Health;
  /** @default GracefulShutdown.onSigterm() */
  readonly shutdown?: GracefulShutdown;
}

/** A process that answers requests: a Deployment, and a Service under the name `<app>-<id>`, port 80, for other processes. */
export class Web extends Construct {
  readonly deployment: k8s.KubeDeployment;
  readonly service: k8s.KubeService;
  private exposed = false;

  constructor(scope: Construct, id: string, options: WebOptions) {
    super(scopeOf(scope), id);
    checkPort(`Web "${id}"`, options.port);
    this.deployment = deployProcess(this, { health: Health.tcp(), shutdown: GracefulShutdown.onSigterm(), ...options, ports: [{ name: 'http', containerPort: options.port }] });
    this.service = new k8s.KubeService(this, 'service', {
      metadata: { name: objectName(this), labels: selectorLabels(this) },
      spec: { type: 'ClusterIP', selector: selectorLabels(this), ports: [{ name: 'http', port: 80, targetPort: k8s.IntOrString.fromString('http') }] },
    });
  }

  /** Makes it reachable from outside of the cluster. Once per Web: one address is the truth. */
  expose(options: ExposeOptions = {}): void {
    const what = `Web "${this.node.id}"`;
    if (this.exposed) throw new Error(`${what} is exposed already; give expose() all options at once`);
    this.exposed = true;
    exposeService(what, this.service, options);
  }
}
