import * as fs from 'node:fs';
import { DEFAULT_PORTS, type IngressPorts } from '../ingress/ingress-ports';
import type { DataDirectory } from './data-directory';

/** What was chosen at the first start and must stay: addresses are in objects, certificates and kubeconfigs. */
export interface RuntimeSettings {
  readonly name: string;
  readonly port: number;
  readonly podCidr: string;
  readonly serviceCidr: string;
  /** @default 80 and 443 */
  readonly ingressPorts?: IngressPorts;
  /** By which other hosts reach this one. */
  readonly nodeAddress: string;
  /** A node that is not heard of for so long is lost. */
  readonly nodeMonitorGraceSeconds: number;
}

/** As upstream's. */
const DEFAULT_NODE_MONITOR_GRACE = 40;

export function tryReadSettings(directory: DataDirectory): RuntimeSettings | undefined {
  let text: string;
  try {
    text = fs.readFileSync(directory.settings, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return JSON.parse(text) as RuntimeSettings;
  } catch (error) {
    throw new Error(`${directory.settings} is not readable; remove the data directory to start anew: twelve down --purge`, { cause: error });
  }
}

export interface WantedSettings {
  readonly name: string;
  readonly port?: number;
  readonly podCidr?: string;
  readonly serviceCidr?: string;
  readonly ingressPorts?: Partial<IngressPorts>;
  readonly nodeAddress?: string;
  readonly nodeMonitorGraceSeconds?: number;
}

/**
 * What is asked for over what was chosen before over what is free. Ranges cannot change once objects hold their addresses; the port may.
 * Throws for a range that differs from the one in use.
 */
export function chooseSettings(wanted: WantedSettings, known: RuntimeSettings | undefined, free: Omit<RuntimeSettings, 'name' | 'ingressPorts' | 'nodeMonitorGraceSeconds'>): RuntimeSettings {
  for (const [key, flag] of [['podCidr', '--pod-cidr'], ['serviceCidr', '--service-cidr']] as const) {
    const value = wanted[key];
    if (value && known && value !== known[key]) {
      throw new Error(`${flag} ${value}: the runtime "${known.name}" has ${known[key]}, and its objects hold addresses of it; remove it first with: twelve down --purge`);
    }
  }
  return {
    name: wanted.name,
    port: wanted.port ?? known?.port ?? free.port,
    podCidr: wanted.podCidr ?? known?.podCidr ?? free.podCidr,
    serviceCidr: wanted.serviceCidr ?? known?.serviceCidr ?? free.serviceCidr,
    ...ingressPorts(wanted, known),
    nodeAddress: wanted.nodeAddress ?? free.nodeAddress,
    nodeMonitorGraceSeconds: wanted.nodeMonitorGraceSeconds ?? known?.nodeMonitorGraceSeconds ?? DEFAULT_NODE_MONITOR_GRACE,
  };
}

/** Nothing unless somebody asked for other ports than the usual ones. */
function ingressPorts(wanted: WantedSettings, known: RuntimeSettings | undefined): Pick<RuntimeSettings, 'ingressPorts'> {
  const { http = DEFAULT_PORTS.http, https = DEFAULT_PORTS.https } = { ...known?.ingressPorts, ...wanted.ingressPorts };
  return http === DEFAULT_PORTS.http && https === DEFAULT_PORTS.https ? {} : { ingressPorts: { http, https } };
}
