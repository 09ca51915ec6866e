/** Annotation on a Node: ports that load balancers want there and somebody else has, `80/TCP nginx (pid 812), 443/TCP another runtime`. Written by its proxy. */
export const PORTS_IN_USE_ANNOTATION = 'twelve.dev/ports-in-use';

export interface PortInUse {
  /** `80/TCP` */
  readonly id: string;
  /** `nginx (pid 812)`, `another program` or `another runtime` */
  readonly owner: string;
}

/** The annotation's value; undefined without any port. Pure. */
export function formatPortsInUse(ports: readonly PortInUse[]): string | undefined {
  return ports.length === 0 ? undefined : ports.map(({ id, owner }) => `${id} ${owner.replaceAll(',', ' ')}`).sort().join(', ');
}

/** Pure. */
export function parsePortsInUse(text: string | undefined): readonly PortInUse[] {
  return (text ?? '').split(', ').filter(Boolean).map((entry) => {
    const [id, ...owner] = entry.split(' ');
    return { id, owner: owner.join(' ') };
  });
}
