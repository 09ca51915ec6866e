import type { Answer } from 'dns-packet';

/** What is asked: names in lower case without the final dot. */
export interface Question {
  readonly name: string;
  readonly type: string;
}

export interface ZoneAnswer {
  readonly answers: readonly Answer[];
  readonly additionals?: readonly Answer[];
  /** The name does not exist. Without answers and without this, it exists but has no record of the type. */
  readonly missing?: boolean;
}

/** As CoreDNS for the cluster zone: short, because endpoints come and go. */
export const TTL = 5;

export const exists: ZoneAnswer = { answers: [] };
export const missing: ZoneAnswer = { answers: [], missing: true };

export const a = (name: string, address: string): Answer => ({ type: 'A', name, ttl: TTL, data: address });
export const ptr = (name: string, target: string): Answer => ({ type: 'PTR', name, ttl: TTL, data: target });
export const cname = (name: string, target: string): Answer => ({ type: 'CNAME', name, ttl: TTL, data: target });
export const srv = (name: string, target: string, port: number, weight: number): Answer => ({ type: 'SRV', name, ttl: TTL, data: { target, port, priority: 0, weight } });

export function soa(zone: string, serial: number): Answer {
  return { type: 'SOA', name: zone, ttl: TTL, data: { mname: `ns.dns.${zone}`, rname: `hostmaster.${zone}`, serial, refresh: 7200, retry: 1800, expire: 86400, minimum: TTL } };
}
