import type { TestProject } from 'vitest/node' with { 'resolution-mode': 'import' };
import './global-setup'; // what is provided
import { RealCluster } from './real-cluster';

/** A real control plane whose only node is this machine: the same cases as on the bundled runtime. None where TWELVE_WITHOUT_CLUSTER says why; then all cases must be skipped. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  if (process.env.TWELVE_WITHOUT_CLUSTER) {
    project.provide('kubeconfig', '');
    return () => Promise.resolve();
  }
  const cluster = new RealCluster();
  try {
    await cluster.up();
    // The programs of the cases know nothing of virtual nodes.
    const { name } = await cluster.join(`e2e-${process.pid}-${project.name}`, ['--no-taint', '--storage-class', 'standard', '--load-balancer']);
    project.provide('joinedNode', name);
  } catch (error) {
    await cluster.end();
    throw error;
  }
  project.provide('kubeconfig', cluster.kubeconfig);
  return () => cluster.end();
}
