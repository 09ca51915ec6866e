/** `unknown` until the first answer of a probe. */
export type ProbeVerdict = 'success' | 'failure' | 'unknown';

/** What the probes say of containers, by container id. A container without such a probe is fine. */
export interface ProbeVerdicts {
  liveness(containerId: string): ProbeVerdict;
  readiness(containerId: string): ProbeVerdict;
  startup(containerId: string): ProbeVerdict;
}
