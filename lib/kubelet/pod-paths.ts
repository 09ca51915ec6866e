import * as path from 'node:path';

/** Where things of a pod lie on the node; as upstream below its root directory. */
export const podDirectory = (dataDirectory: string, uid: string) => path.join(dataDirectory, 'pods', uid);
export const volumesDirectory = (dataDirectory: string, uid: string) => path.join(podDirectory(dataDirectory, uid), 'volumes');
export const hostsFile = (dataDirectory: string, uid: string) => path.join(podDirectory(dataDirectory, uid), 'etc-hosts');
export const terminationMessageFile = (dataDirectory: string, uid: string, container: string, attempt: number) =>
  path.join(podDirectory(dataDirectory, uid), 'containers', container, `termination-log-${attempt}`);

/** `/var/log/pods/<namespace>_<name>_<uid>` */
export const podLogDirectory = (logDirectory: string, pod: { readonly namespace: string; readonly name: string; readonly uid: string }) =>
  path.join(logDirectory, 'pods', `${pod.namespace}_${pod.name}_${pod.uid}`);
