import type { Controller } from '../controller';

/** The first range of the size that none of the used ones overlaps. Pure. Throws when none is left. */
export function nextCidr(clusterCidr: string, maskSize: number, used: readonly string[]): string {
  const cluster = parse(clusterCidr);
  const taken = used.map(parse);
  const size = 2 ** (32 - maskSize);
  for (let start = cluster.start; start + size <= cluster.start + cluster.size; start += size) {
    const overlapping = taken.find((range) => start < range.start + range.size && range.start < start + size);
    if (!overlapping) return `${format(start)}/${maskSize}`;
  }
  throw new Error(`the pod range ${clusterCidr} has no /${maskSize} left for another node; start the runtime with a larger range`);
}

function parse(cidr: string): { readonly start: number; readonly size: number } {
  const [address, bits] = cidr.split('/');
  const size = 2 ** (32 - Number(bits));
  const value = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  return { start: value - (value % size), size };
}

const format = (value: number) => [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');

/** Gives each node its range of pod addresses. Follows the range allocator of Kubernetes 1.28. */
export const nodeIpam: Controller = {
  name: 'cidr-allocator',
  concurrency: 1, // two nodes must not get the same range
  watches: [{ kind: 'Node', enqueue: 'self' }],

  async sync(name, { lister, client, events, options }) {
    const node = lister.tryGet('Node', name);
    if (!options.clusterCidr || !node || node.spec?.podCIDR || node.metadata.deletionTimestamp) return;
    const { items } = await client.list('Node'); // not the informer: it may not show the last allocation yet
    if (items.some(({ metadata, spec }) => metadata.name === name && spec?.podCIDR)) return;
    const podCIDR = allocate(items.flatMap(({ spec }) => spec?.podCIDR ?? []));
    await client.patch('Node', { name }, { spec: { podCIDR, podCIDRs: [podCIDR] } }, { type: 'strategic' });

    function allocate(used: readonly string[]): string {
      try {
        return nextCidr(options.clusterCidr ?? '', options.nodeCidrMaskSize ?? 24, used);
      } catch (error) {
        events.warning({ apiVersion: 'v1', kind: 'Node', metadata: { name } }, 'CIDRNotAvailable', `Node ${name} status is now: CIDRNotAvailable`);
        throw error;
      }
    }
  },
};
