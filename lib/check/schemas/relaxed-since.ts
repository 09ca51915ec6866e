import type { CreateProblem } from '../../api/validate-for-create';

/** What Kubernetes 1.28 refuses and later versions, in their default configuration, accept. */
const RELAXED: readonly { readonly since: number; readonly field: RegExp; readonly message?: RegExp }[] = [
  { since: 32, field: /\.env\[\d+\]\.name$/ }, // RelaxedEnvironmentVariableValidation: any printable character but =
  { since: 32, field: /\.envFrom\[\d+\]\.prefix$/ },
  { since: 33, field: /\.dnsConfig\.searches\[\d+\]$/ }, // RelaxedDNSSearchValidation
  { since: 35, field: /ontainers\[\d+\]\.restartPolicy$/ }, // ContainerRestartRules: containers of every kind have a restart policy of their own
];

/** Whether all versions from `minor` on accept what the problem is about. */
export function isRelaxed(problem: CreateProblem, minor: number): boolean {
  return RELAXED.some(({ since, field, message }) => minor >= since && field.test(problem.field) && (message?.test(problem.message) ?? true));
}
