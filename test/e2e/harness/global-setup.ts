import type { TestProject } from 'vitest/node' with { 'resolution-mode': 'import' };
import { TestRuntime } from './runtime';

declare module 'vitest' {
  interface ProvidedContext {
    readonly kubeconfig: string;
    /** The cluster is a real control plane, and this its only node: joined from this machine. */
    readonly joinedNode?: string;
  }
}

/** One runtime for all end-to-end cases, unless TWELVE_E2E_KUBECONFIG names a cluster to run them on. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TWELVE_E2E_KUBECONFIG;
  if (given) {
    project.provide('kubeconfig', given);
    return () => Promise.resolve();
  }
  const runtime = new TestRuntime();
  try {
    await runtime.up();
  } catch (error) {
    await runtime.end();
    throw error;
  }
  project.provide('kubeconfig', runtime.kubeconfig);
  return () => runtime.end();
}
