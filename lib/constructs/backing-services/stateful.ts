import { Size } from 'cdk8s';
import type { Construct } from 'constructs';
import { GracefulShutdown } from '../graceful-shutdown';
import type { Health } from '../health';
import type { Image } from '../image';
import { k8s } from '../kubernetes';
import { objectName, selectorLabels } from '../object-name';
import { podTemplate } from '../pod-template';
import type { Resources } from '../resources';
import { Duration } from '../duration';

export interface StorageOptions {
  /** @default 1 GiB */
  readonly size?: Size;
  /** @default the cluster's default class */
  readonly storageClass?: string;
}

export interface StatefulParts {
  readonly image: Image;
  readonly port: number;
  readonly command?: readonly string[];
  readonly env: readonly k8s.EnvVar[];
  readonly health: Health;
  /** Folder of the data. */
  readonly dataFolder: string;
  readonly storage?: StorageOptions;
  readonly resources?: Resources;
}

/**
 * One copy with a volume that outlives it, and a Service under the same name. The old copy is gone before the new one starts
 * (`Recreate`): two servers on one data folder would destroy it.
 */
export function stateful(construct: Construct, { env, ...parts }: StatefulParts): void {
  const name = objectName(construct);
  const labels = selectorLabels(construct);
  // Servers write their buffers to disk on SIGTERM and need no hook for it, only time.
  const shutdown = GracefulShutdown.immediate({ longestRequest: Duration.seconds(50), margin: Duration.seconds(10) });

  new k8s.KubePersistentVolumeClaim(construct, 'data', {
    metadata: { name, labels },
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: k8s.Quantity.fromString(`${(parts.storage?.size ?? Size.gibibytes(1)).toMebibytes()}Mi`) } },
      ...(parts.storage?.storageClass && { storageClassName: parts.storage.storageClass }),
    },
  });
  new k8s.KubeDeployment(construct, 'deployment', {
    metadata: { name, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      strategy: { type: 'Recreate' },
      template: podTemplate(construct, {
        ...parts, variables: env, shutdown, ports: [{ name: 'service', containerPort: parts.port }],
        attach: [{ _addTo: (pod) => pod.mount({ name: 'data', persistentVolumeClaim: { claimName: name } }, { mountPath: parts.dataFolder }) }],
      }),
    },
  });
  new k8s.KubeService(construct, 'service', {
    metadata: { name, labels },
    spec: { selector: labels, ports: [{ name: 'service', port: parts.port, targetPort: k8s.IntOrString.fromString('service') }] },
  });
}
