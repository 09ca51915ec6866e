import { Construct } from 'constructs';
import { Check } from './check';
import { clusterScoped } from './cluster-scoped';
import { Image } from './image';
import { k8s } from './kubernetes';
import { type CollectorConfig, type CollectorInput, STATE } from './log-collectors/collector-config';
import { fluentBitConfig } from './log-collectors/fluent-bit-config';
import { fluentdConfig } from './log-collectors/fluentd-config';
import type { LogOutput } from './log-collectors/log-output';
import { contentName, objectName, podLabels, selectorLabels } from './object-name';
import { type Resources, resourceRequirements } from './resources';
import { scopeOf, TwelveFactorApp } from './twelve-factor-app';

export interface LogCollectorOptions {
  /** Where the lines go; each gets all of them. */
  readonly outputs: readonly [LogOutput, ...LogOutput[]];
  /** @default fluent/fluent-bit:3.2.4, or the image of Fluentd that has the output's plugin */
  readonly image?: Image;
  /** Adds labels and annotations of the pods, for which it may read pods and namespaces of the whole cluster. @default true */
  readonly metadata?: boolean;
  /** Folder of the nodes that has `containers` and `pods`. A bundled runtime that is not called `twelve` has them in `log` of its data directory. @default /var/log */
  readonly logDirectory?: string;
  /** Also on nodes that other pods are kept away from (control planes, GPUs). @default true */
  readonly everyNode?: boolean;
  /** @default requests of 50m and 128Mi, and a limit of 512Mi memory */
  readonly resources?: Resources;
}

/**
 * Takes what all containers write to their outputs from the nodes to where it is kept (factor XI): one pod on each node, a DaemonSet. It reads the nodes' log folders and writes nothing but its own positions and
 * buffers, in a folder of the node, so that a new pod goes on where the old one ended.
 */
export class LogCollector extends Construct {
  /** Fluent Bit. */
  static fluentBit(scope: Construct, id: string, options: LogCollectorOptions): LogCollector {
    return new LogCollector(scope, id, options, 'fluent-bit', Image.reference('fluent/fluent-bit:3.2.4'), fluentBitConfig);
  }

  /** Fluentd. Its images have one output's plugin each; several kinds need an image of your own, and so does Loki. */
  static fluentd(scope: Construct, id: string, options: LogCollectorOptions): LogCollector {
    return new LogCollector(scope, id, options, 'fluentd', options.image ?? fluentdImage(id, options.outputs), fluentdConfig);
  }

  readonly daemonSet: k8s.KubeDaemonSet;
  readonly configMap: k8s.KubeConfigMap;
  readonly serviceAccount: k8s.KubeServiceAccount;

  private constructor(scope: Construct, id: string, options: LogCollectorOptions, container: string, image: Image, configure: (input: CollectorInput) => CollectorConfig) {
    super(scopeOf(scope), id);
    const { logDirectory = '/var/log', metadata = true, outputs } = options;
    if (!/^\/.*[^/]$/.test(logDirectory)) throw new Error(`LogCollector "${id}": logDirectory "${logDirectory}" is not the absolute path of a folder; leave it out for /var/log`);
    const name = objectName(this);
    const config = configure({ logDirectory, metadata, outputs, exclude: `${logDirectory}/containers/${name}-*_${container}-*.log` });
    this.configMap = new k8s.KubeConfigMap(this, 'config-map', { metadata: { name: contentName(name, config.files) }, data: { ...config.files } });
    this.serviceAccount = new k8s.KubeServiceAccount(this, 'service-account', { metadata: { name }, automountServiceAccountToken: false });
    if (metadata) this.allowToReadPods(name);
    this.daemonSet = new k8s.KubeDaemonSet(this, 'daemon-set', {
      metadata: { name, labels: selectorLabels(this) },
      spec: {
        selector: { matchLabels: selectorLabels(this) },
        updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: k8s.IntOrString.fromNumber(1) } },
        template: { metadata: { labels: podLabels(this) }, spec: this.podSpec(name, { ...options, image, logDirectory, metadata }, container, config) },
      },
    });
    if (TwelveFactorApp.appOf(this).settings.profile === 'restricted') Check.ignore(this.daemonSet, 'pod-security', 'a log collector reads folders of its node, which the level restricted excludes');
  }

  /** Roles of the whole cluster need names that no other namespace's collector has. */
  private allowToReadPods(name: string): void {
    const { namespace, name: environment } = TwelveFactorApp.appOf(this).settings;
    if (namespace === undefined) {
      throw new Error(`LogCollector "${this.node.id}" may read pods of the whole cluster, and a role for that names the namespace it is in; set environments.${environment}.namespace, or metadata: false`);
    }
    const clusterName = `${namespace}-${name}`;
    clusterScoped(new k8s.KubeClusterRole(this, 'role', { metadata: { name: clusterName }, rules: [{ apiGroups: [''], resources: ['namespaces', 'pods'], verbs: ['get', 'list', 'watch'] }] }));
    clusterScoped(new k8s.KubeClusterRoleBinding(this, 'role-binding', {
      metadata: { name: clusterName },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: clusterName },
      subjects: [{ kind: 'ServiceAccount', name, namespace }],
    }));
  }

  private podSpec(name: string, options: LogCollectorOptions & { readonly image: Image; readonly logDirectory: string }, container: string, config: CollectorConfig): k8s.PodSpec {
    const { settings } = TwelveFactorApp.appOf(this);
    // Links lead from `containers` to `pods`, and with Docker from there to its own folder, so each is at the path it has on the node.
    const logs = [`${options.logDirectory}/containers`, `${options.logDirectory}/pods`, '/var/lib/docker/containers'].map((path, index) => ({ name: `logs-${index}`, path }));
    const files = options.outputs.flatMap(({ kind }, index) => (kind.type === 'file' ? [{ name: `output-${index}`, path: kind.folder }] : []));
    const probe: k8s.Probe = { httpGet: { path: config.health.path, port: k8s.IntOrString.fromString('http') }, timeoutSeconds: 3 };
    return {
      serviceAccountName: name, automountServiceAccountToken: options.metadata, enableServiceLinks: false,
      terminationGracePeriodSeconds: 30,
      ...(options.everyNode !== false && { tolerations: [{ operator: 'Exists' }] }),
      containers: [{
        name: container,
        ...options.image._toKube(),
        ...(config.command && { command: [...config.command] }),
        env: [{ name: 'K8S_NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }, ...config.env],
        ports: [{ name: 'http', containerPort: config.health.port }],
        resources: resourceRequirements(settings.profile, { cpu: '50m', memory: '128Mi', memoryLimit: '512Mi', ...options.resources }),
        startupProbe: { tcpSocket: { port: k8s.IntOrString.fromString('http') }, periodSeconds: 1, timeoutSeconds: 3, failureThreshold: 120 },
        readinessProbe: { ...probe, periodSeconds: 10 },
        livenessProbe: { tcpSocket: { port: k8s.IntOrString.fromString('http') }, periodSeconds: 20, timeoutSeconds: 3, failureThreshold: 6 },
        volumeMounts: [
          { name: 'config', mountPath: config.folder, readOnly: true },
          { name: 'state', mountPath: STATE },
          ...logs.map(({ name: volume, path }) => ({ name: volume, mountPath: path, readOnly: true })),
          ...files.map(({ name: volume, path }) => ({ name: volume, mountPath: path })),
        ],
        // Logs of nodes belong to root.
        securityContext: { allowPrivilegeEscalation: false, runAsUser: 0, capabilities: { drop: ['ALL'] } },
      }],
      volumes: [
        { name: 'config', configMap: { name: this.configMap.name } },
        { name: 'state', hostPath: { path: `/var/lib/${[settings.namespace, name].filter(Boolean).join('-')}`, type: 'DirectoryOrCreate' } },
        ...logs.map(({ name: volume, path }) => ({ name: volume, hostPath: { path } })),
        ...files.map(({ name: volume, path }) => ({ name: volume, hostPath: { path, type: 'DirectoryOrCreate' } })),
      ],
    };
  }
}

/** The published images for DaemonSets, by the plugin that they have besides Fluentd's own. */
function fluentdImage(id: string, outputs: readonly LogOutput[]): Image {
  const plugins = [...new Set(outputs.map(({ kind }) => kind.type))].filter((type) => type === 'elasticsearch' || type === 'opensearch' || type === 's3' || type === 'loki');
  const [plugin, other] = plugins;
  if (other !== undefined || plugin === 'loki') {
    throw new Error(`LogCollector "${id}": no published image of Fluentd has plugins for ${plugins.join(' and ')}; give image one of your own, or use LogCollector.fluentBit, which has them all`);
  }
  const flavor = plugin === undefined ? 'forward' : plugin === 'elasticsearch' ? 'elasticsearch8' : plugin;
  return Image.reference(`fluent/fluentd-kubernetes-daemonset:v1.16-debian-${flavor}-1`);
}
