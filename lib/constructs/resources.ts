import type { Profile } from './environment';
import { k8s } from './kubernetes';

/** Quantities as Kubernetes writes them: `250m` of a core, `128Mi`. */
export interface Resources {
  /** What the scheduler keeps free for each copy. @default 100m; 25m with the profile small-host */
  readonly cpu?: string;
  /** @default 128Mi; 64Mi with the profile small-host */
  readonly memory?: string;
  /** More than this is throttled. @default no limit: idle CPU is free to use */
  readonly cpuLimit?: string;
  /** More than this ends the process (OOMKilled). @default no limit */
  readonly memoryLimit?: string;
}

const DEFAULTS: Readonly<Record<Profile, { readonly cpu: string; readonly memory: string }>> = {
  'standard': { cpu: '100m', memory: '128Mi' },
  'small-host': { cpu: '25m', memory: '64Mi' },
};

export function resourceRequirements(profile: Profile, resources: Resources = {}): k8s.ResourceRequirements {
  const { cpu, memory } = { ...DEFAULTS[profile], ...resources };
  const { cpuLimit, memoryLimit } = resources;
  return {
    requests: quantities({ cpu, memory }),
    ...((cpuLimit || memoryLimit) && { limits: quantities({ ...(cpuLimit && { cpu: cpuLimit }), ...(memoryLimit && { memory: memoryLimit }) }) }),
  };
}

const quantities = (texts: Readonly<Record<string, string>>) => Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, k8s.Quantity.fromString(text)]));
