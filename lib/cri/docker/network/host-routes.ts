import { cidrsOverlap, formatCidr, parseCidr } from '../../../base/cidr';
import { runCommand } from '../../../base/run-command';
import { PEER_ROUTE_PROTOCOL } from './peer-routes';

/** One line of `ip -j -4 route`. */
export interface HostRoute {
  /** `default`, an address or a range. */
  readonly dst: string;
  readonly dev?: string;
  readonly prefsrc?: string;
  readonly protocol?: string;
}

export async function hostRoutes(): Promise<readonly HostRoute[]> {
  return JSON.parse(await runCommand('ip', ['-j', '-4', 'route', 'show', 'table', 'main']) || '[]') as HostRoute[];
}

/** The route that an address range would take traffic from. Routes of the given interface are our own. Pure. */
export function tryFindConflict(range: string, routes: readonly HostRoute[], ownInterface: string): HostRoute | undefined {
  const wanted = parseCidr(range);
  return routes.find(({ dst, dev, protocol }) => dst !== 'default' && dev !== ownInterface && protocol !== PEER_ROUTE_PROTOCOL && /^[\d./]+$/.test(dst) && cidrsOverlap(wanted, parseCidr(dst)));
}

/** The first /16 at or after the preferred one whose second byte is still free on this host, and that `claim` gives. */
export function freeRange(preferred: string, routes: readonly HostRoute[], ownInterface: string, claim: (range: string) => boolean = () => true): string {
  const { base, prefix } = parseCidr(preferred);
  for (let step = 0; step < 64; step += 1) {
    const candidate = formatCidr({ base: base + step * 2 ** (32 - prefix), prefix });
    if (!tryFindConflict(candidate, routes, ownInterface) && claim(candidate)) return candidate;
  }
  throw new Error(`no free address range was found from ${preferred} on; choose one with --pod-cidr and --service-cidr`);
}

/** Throws when one of the ranges is in use on this host by something else. Pure. */
export function refuseTakenRanges(ranges: { readonly podRange: string; readonly serviceCidr?: string }, routes: readonly HostRoute[], ownInterface: string): void {
  const { podRange, serviceCidr } = ranges;
  for (const [what, flag, range] of [['pods', '--pod-cidr', podRange], ['services', '--service-cidr', serviceCidr]] as const) {
    const conflict = range && tryFindConflict(range, routes, ownInterface);
    if (conflict) throw new Error(`the address range ${range} for ${what} is in use on this host (route ${conflict.dst} dev ${conflict.dev}); choose another with ${flag}`);
  }
}
