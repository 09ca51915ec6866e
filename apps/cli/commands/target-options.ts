import type { CommandOption } from './command';

/** Which bundled runtime. */
export const runtimeOptions: readonly CommandOption[] = [
  { flag: '--name <name>', summary: 'name of the bundled runtime', default: 'twelve' },
  { flag: '--data-dir <folder>', summary: 'its data directory (default: $XDG_DATA_HOME/twelve/<name>)' },
];

/** Which cluster: the bundled runtime, or the one of a kubeconfig. */
export const targetOptions: readonly CommandOption[] = [
  ...runtimeOptions,
  { flag: '--kubeconfig <file>', summary: 'use this cluster instead of the bundled runtime' },
  { flag: '--context <name>', summary: 'use this context of the kubeconfig ($KUBECONFIG or ~/.kube/config unless --kubeconfig is given)' },
  { flag: '-n, --namespace <namespace>', summary: "namespace of objects that name none (default: the kubeconfig's)" },
];
