import { k8s } from './kubernetes';
import type { Profile } from './profile';

/** Quantities as Kubernetes writes them: `250m` of a core, `128Mi`. */
export interface Resources {
  /** What the scheduler keeps free for each copy. @default 100m; 25m with the profile small-host, 250m with autopilot */
  readonly cpu?: string;
  /** @default 128Mi; 64Mi with the profile small-host, 512Mi with autopilot */
  readonly memory?: string;
  /** More than this is throttled. @default no limit: idle CPU is free to use; the request with the profile autopilot */
  readonly cpuLimit?: string;
  /** More than this ends the process (OOMKilled). @default no limit; the request with the profile autopilot */
  readonly memoryLimit?: string;
}

const DEFAULTS: Readonly<Record<Profile, { readonly cpu: string; readonly memory: string }>> = {
  'standard': { cpu: '100m', memory: '128Mi' },
  'small-host': { cpu: '25m', memory: '64Mi' },
  'restricted': { cpu: '100m', memory: '128Mi' },
  'autopilot': { cpu: '250m', memory: '512Mi' },
};

export function resourceRequirements(profile: Profile, resources: Resources = {}): k8s.ResourceRequirements {
  const { cpu, memory } = { ...DEFAULTS[profile], ...resources };
  const limits = profile === 'autopilot' ? { cpuLimit: cpu, memoryLimit: memory, ...resources } : resources;
  const { cpuLimit, memoryLimit } = limits;
  return {
    requests: quantities({ cpu, memory }),
    ...((cpuLimit || memoryLimit) && { limits: quantities({ ...(cpuLimit && { cpu: cpuLimit }), ...(memoryLimit && { memory: memoryLimit }) }) }),
  };
}

const quantities = (texts: Readonly<Record<string, string>>) => Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, k8s.Quantity.fromString(text)]));
