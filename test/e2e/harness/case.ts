import { afterAll, beforeAll, inject, onTestFailed } from 'vitest';
import { kubectlFor, kubectlVersions, type Kubectl } from './kubectl';

let counter = 0;

/** kubectl 1.28 where there is one, else the installed one. Undefined: the cases are skipped, visibly. */
export const defaultKubectl = kubectlVersions(['1.28'])[0]?.program;

/** A namespace of its own for the cases of a `describe`, and kubectl pointed at it. Removed afterwards. A failed test prints the namespace's events. */
export function useNamespace(label: string, program: string | undefined = defaultKubectl): { readonly kubectl: Kubectl; readonly namespace: string } {
  const namespace = `e2e-${label}-${process.pid}-${(counter += 1)}`;
  const kubectl = kubectlFor({ program: program ?? 'kubectl', kubeconfig: inject('kubeconfig'), namespace });
  beforeAll(() => kubectl(['create', 'namespace', namespace]));
  afterAll(() => kubectl(['delete', 'namespace', namespace, '--wait=true', '--timeout=180s']));
  return { kubectl, namespace };
}

/** To be called in a test: when it fails, what the cluster says about it is printed. */
export function explainFailure(kubectl: Kubectl): void {
  onTestFailed(async () => {
    for (const line of ['get all -o wide', 'get events --sort-by=.metadata.creationTimestamp', 'describe pods']) console.error((await kubectl.try(line)).out);
  });
}
