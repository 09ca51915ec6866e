import { Construct } from 'constructs';
import { STICKY_SESSIONS_ANNOTATION } from '../api/label-keys';
import type { Duration } from './duration';
import { exposeService, type ExposeOptions } from './exposure';
import { GracefulShutdown } from './graceful-shutdown';
import { Health } from './health';
import { ingressTo, type IngressOptions } from './ingress';
import { k8s } from './kubernetes';
import { objectName, selectorLabels } from './object-name';
import { containerPorts } from './ports';
import { type DeployedProcess, deployProcess, type ProcessOptions } from './process';
import { scopeOf } from './twelve-factor-app';

export interface WebOptions extends ProcessOptions {
  /** The port it listens on (factor VII). */
  readonly port: number;
  /** Further ports, by name: `{ metrics: 9090 }`. The Service has them under the same number. @default none */
  readonly ports?: Readonly<Record<string, number>>;
  /** @default Health.tcp(): ready when the port accepts connections */
  readonly health?: Health;
  /** @default GracefulShutdown.onSigterm() */
  readonly shutdown?: GracefulShutdown;
  /** Sends a client to the copy that it was with before. @default no: any copy can answer any request (factor VI) */
  readonly stickySessions?: StickySessions;
}

export interface StickySessions {
  /** Why copies are not equal: it is what the next person asks. */
  readonly reason: string;
  /** How long after its last request a client is remembered. @default 3 hours */
  readonly timeout?: Duration;
}

/** A process that answers requests: a Deployment, and a Service under the name `<app>-<id>`, port 80, for other processes. */
export class Web extends Construct implements DeployedProcess {
  readonly deployment: k8s.KubeDeployment;
  readonly service: k8s.KubeService;
  readonly autoscaler?: k8s.KubeHorizontalPodAutoscalerV2;
  readonly disruptionBudget?: k8s.KubePodDisruptionBudget;
  private exposed = false;

  constructor(scope: Construct, id: string, options: WebOptions) {
    super(scopeOf(scope), id);
    const { ports: further = {}, stickySessions, ...process } = options;
    const ports = containerPorts(this.what, { http: options.port, ...further });
    const { deployment, autoscaler, disruptionBudget } = deployProcess(this, { health: Health.tcp(), shutdown: GracefulShutdown.onSigterm(), ...process, ports });
    this.deployment = deployment;
    this.autoscaler = autoscaler;
    this.disruptionBudget = disruptionBudget;
    this.service = this.serve(ports, stickySessions);
  }

  /** Gives it an address of its own outside of the cluster. Once per Web, in one of both ways: one address is the truth. */
  expose(options?: ExposeOptions): void;
  /** Makes it reachable under a host name, or several, through the cluster's Ingress controller. */
  expose(host: string | readonly string[], options?: IngressOptions): k8s.KubeIngress;
  expose(first: string | readonly string[] | ExposeOptions = {}, options: IngressOptions = {}): k8s.KubeIngress | void {
    if (this.exposed) throw new Error(`${this.what} is exposed already; give expose() all options at once`);
    this.exposed = true;
    if (typeof first === 'string') return ingressTo(this, this.what, [first], options);
    if (Array.isArray(first)) return ingressTo(this, this.what, first as readonly string[], options);
    exposeService(this.what, this.service, first as ExposeOptions);
  }

  private get what(): string {
    return `Web "${this.node.id}"`;
  }

  private serve([http, ...further]: readonly k8s.ContainerPort[], sticky: StickySessions | undefined): k8s.KubeService {
    if (sticky && !sticky.reason.trim()) throw new Error(`${this.what}: stickySessions needs its reason; say what a copy keeps that another one has not`);
    return new k8s.KubeService(this, 'service', {
      metadata: { name: objectName(this), labels: selectorLabels(this), ...(sticky && { annotations: { [STICKY_SESSIONS_ANNOTATION]: sticky.reason } }) },
      spec: {
        type: 'ClusterIP',
        selector: selectorLabels(this),
        ports: [{ name: http.name, port: 80, targetPort: k8s.IntOrString.fromString('http') }, ...further.map(servicePort)],
        ...(sticky && { sessionAffinity: 'ClientIP', ...(sticky.timeout && { sessionAffinityConfig: { clientIp: { timeoutSeconds: sticky.timeout.toSeconds() } } }) }),
      },
    });
  }
}

const servicePort = ({ name = '', containerPort }: k8s.ContainerPort): k8s.ServicePort => ({ name, port: containerPort, targetPort: k8s.IntOrString.fromString(name) });
