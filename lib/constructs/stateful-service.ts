import { Size } from 'cdk8s';
import { Construct } from 'constructs';
import { BACKING_SERVICE_LABEL } from '../api/label-keys';
import { tryDisruptionBudget, spreading } from './availability';
import { Duration } from './duration';
import { GracefulShutdown } from './graceful-shutdown';
import { Health } from './health';
import { k8s } from './kubernetes';
import { objectName, selectorLabels } from './object-name';
import type { PodPart } from './pod-draft';
import { type ContainerOptions, podTemplate } from './pod-template';
import { containerPorts } from './ports';
import { Scale } from './scale';
import { scopeOf, TwelveFactorApp } from './twelve-factor-app';

export interface StatefulServiceOptions extends ContainerOptions {
  /** The port it listens on. */
  readonly port: number;
  /** Further ports, by name. @default none */
  readonly ports?: Readonly<Record<string, number>>;
  /** What it keeps, and where. */
  readonly data: StatefulData;
  /** Copies, each with data of its own; they do not share it. @default 1 */
  readonly copies?: number;
  /** Copies start and end together instead of one after the other. @default false */
  readonly parallel?: boolean;
  /** @default Health.tcp(): ready when the port accepts connections */
  readonly health?: Health;
  /** @default SIGTERM at once, and 60 s to write everything to disk */
  readonly shutdown?: GracefulShutdown;
}

export interface StatefulData {
  /** Folder in the container: `/var/lib/store`. */
  readonly path: string;
  /** @default 1 GiB */
  readonly size?: Size;
  /** @default the cluster's default class */
  readonly storageClass?: string;
  /** The data of copies that are gone, because there are fewer or none. `keep`: they find it again when they return; it is removed by hand. @default keep */
  readonly whenRemoved?: 'keep' | 'delete';
}

/**
 * A process that keeps something, and says so: the exception to factor VI. A StatefulSet whose copies have names, addresses (`<name>-0.<name>-pods`) and data of their own. Others reach
 * it through the Service `<app>-<id>`. It is a backing service to the other processes: ready before release tasks run. For a well-known server take a BackingService.
 */
export class StatefulService extends Construct {
  readonly statefulSet: k8s.KubeStatefulSet;
  /** For clients: any copy that is ready. */
  readonly service: k8s.KubeService;
  /** For the copies themselves: all of them by name, ready or not. */
  readonly podsService: k8s.KubeService;
  readonly disruptionBudget?: k8s.KubePodDisruptionBudget;
  /** Name of the Service for clients. */
  readonly host: string;

  constructor(scope: Construct, id: string, options: StatefulServiceOptions) {
    super(scopeOf(scope), id);
    const { port, ports: further = {}, copies = 1, data, parallel, ...container } = options;
    const what = `StatefulService "${id}"`;
    if (!Number.isInteger(copies) || copies < 0) throw new Error(`${what}: ${copies} is not a number of copies; write a whole number from 0`);
    this.host = objectName(this);
    TwelveFactorApp.appOf(this)._claimName(`${this.host}-pods`, this.node.path);
    const labels = selectorLabels(this);
    const ports = containerPorts(what, { service: port, ...further });
    const scale = Scale.fixed(copies);
    const shutdown = GracefulShutdown.immediate({ longestRequest: Duration.seconds(50), margin: Duration.seconds(10) });
    const servicePorts = ports.map(({ name = '', containerPort }) => ({ name, port: containerPort, targetPort: k8s.IntOrString.fromString(name) }));
    const mountData: PodPart = { _addTo: (pod) => pod.mountClaim('data', data.path) };

    this.statefulSet = new k8s.KubeStatefulSet(this, 'stateful-set', {
      metadata: { name: this.host, labels: { ...labels, [BACKING_SERVICE_LABEL]: 'stateful-service' } },
      spec: {
        replicas: copies,
        serviceName: `${this.host}-pods`,
        selector: { matchLabels: labels },
        ...(parallel && { podManagementPolicy: 'Parallel' }),
        ...(data.whenRemoved === 'delete' && { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Delete' } }),
        template: podTemplate(this, { health: Health.tcp(), shutdown, ...container, attach: [mountData, ...container.attach ?? []], ports, spec: spreading(this, scale) }),
        volumeClaimTemplates: [{
          metadata: { name: 'data', labels },
          spec: {
            accessModes: ['ReadWriteOnce'],
            resources: { requests: { storage: k8s.Quantity.fromString(`${(data.size ?? Size.gibibytes(1)).toMebibytes()}Mi`) } },
            ...(data.storageClass && { storageClassName: data.storageClass }),
          },
        }],
      },
    });
    container.shutdown?._patch(this.statefulSet);
    this.service = new k8s.KubeService(this, 'service', { metadata: { name: this.host, labels }, spec: { selector: labels, ports: servicePorts } });
    this.podsService = new k8s.KubeService(this, 'pods-service', {
      metadata: { name: `${this.host}-pods`, labels },
      spec: { clusterIp: 'None', publishNotReadyAddresses: true, selector: labels, ports: servicePorts },
    });
    this.disruptionBudget = tryDisruptionBudget(this, scale);
  }
}
