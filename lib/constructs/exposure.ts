import { JsonPatch } from 'cdk8s';
import { k8s } from './kubernetes';
import { checkPort } from './ports';

export interface ExposeOptions {
  /** Port at the outside. @default 80 */
  readonly port?: number;
  /**
   * `LoadBalancer`: an address of its own (with the bundled runtime: the host's). `NodePort`: a high port on every node. @default LoadBalancer
   */
  readonly type?: 'LoadBalancer' | 'NodePort';
  /** The port on the nodes, 30000 to 32767. @default the cluster chooses */
  readonly nodePort?: number;
}

/** Opens a Service to the outside. */
export function exposeService(what: string, service: k8s.KubeService, { port = 80, type = 'LoadBalancer', nodePort }: ExposeOptions): void {
  checkPort(what, port);
  if (nodePort !== undefined && (nodePort < 30000 || nodePort > 32767)) throw new Error(`${what}: nodePort ${nodePort} is outside of 30000 to 32767; leave it out to let the cluster choose one`);
  service.addJsonPatch(JsonPatch.add('/spec/type', type));
  service.addJsonPatch(JsonPatch.replace('/spec/ports/0', { name: 'http', port, targetPort: k8s.IntOrString.fromString('http'), ...(nodePort !== undefined && { nodePort }) }));
}
