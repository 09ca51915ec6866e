/** Objects as one document that every kubectl reads. */
export const list = (...items: readonly unknown[]): string => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });

/** A pod of one busybox container that runs a line of shell, and ends at once when it is told to. */
export function shellPod(name: string, script: string, { spec = {}, container = {}, metadata = {} }: { readonly spec?: object; readonly container?: object; readonly metadata?: object } = {}): object {
  return {
    apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: name }, ...metadata },
    spec: { terminationGracePeriodSeconds: 1, restartPolicy: 'Never', ...spec, containers: [{ name: 'main', image: 'busybox:1.35', command: ['sh', '-c', script], ...container }] },
  };
}

/** Runs until it is told to end. */
export const FOREVER = 'trap "exit 0" TERM; while true; do sleep 0.2; done';
