import * as dnsPacket from 'dns-packet';
import { tryAnswer, type ZoneConfig } from './answer';
import type { Forwarder } from './forwarder';
import { soa, type ZoneAnswer } from './records';

const NXDOMAIN = 3;
const SERVFAIL = 2;
const NOTIMP = 4;
/** Without EDNS a client takes no more over UDP. */
const PLAIN_UDP_SIZE = 512;
const LONGEST_CHAIN = 8;
const OWN_EDNS: dnsPacket.Answer = { type: 'OPT', name: '.', udpPayloadSize: 1232, extendedRcode: 0, ednsVersion: 0, flags: 0, flag_do: false, options: [] };

export interface ResponderConfig extends ZoneConfig {
  readonly forwarder: Pick<Forwarder, 'tryForward'>;
  /** 0 to 1; the order of addresses. @default Math.random */
  readonly random?: () => number;
}

/** The answer to one packet; undefined for what is no question. Never rejects because of what a client sent. */
export async function tryRespond(packet: Buffer, protocol: 'udp' | 'tcp', config: ResponderConfig): Promise<Buffer | undefined> {
  const query = tryDecode(packet);
  if (!query || query.type !== 'query') return undefined;
  const question = query.questions?.[0];
  if (opcode(query) !== 0 || !question || query.questions?.length !== 1) return encode(query, { rcode: NOTIMP });
  const asked = { name: question.name.toLowerCase().replace(/\.$/, ''), type: question.type as string };
  const answer = tryAnswer(asked, config);
  if (!answer) return await config.forwarder.tryForward(packet, protocol) ?? encode(query, { rcode: SERVFAIL });

  const chased = await followAlias(answer, asked.type, config);
  const nothing = chased.answers.length === 0;
  const full = encode(query, {
    rcode: answer.missing ? NXDOMAIN : 0,
    answers: shuffled(chased.answers, config.random ?? Math.random),
    additionals: chased.additionals,
    authorities: nothing ? [soa(config.domain, 1)] : [],
  });
  return protocol === 'udp' && full.length > udpSize(query) ? encode(query, { rcode: 0, truncated: true }) : full;
}

/** An ExternalName is answered with the addresses behind it, as stub resolvers expect. */
async function followAlias(answer: ZoneAnswer, type: string, config: ResponderConfig): Promise<ZoneAnswer> {
  const answers = [...answer.answers];
  for (let step = 0; step < LONGEST_CHAIN; step += 1) {
    const last = answers[answers.length - 1];
    if (last?.type !== 'CNAME' || type === 'CNAME' || type === 'ANY') break;
    const next = { name: last.data.toLowerCase(), type };
    const own = tryAnswer(next, config);
    if (own) {
      if (own.answers.length === 0) break;
      answers.push(...own.answers);
      continue;
    }
    const question = dnsPacket.encode({ type: 'query', id: 1, flags: dnsPacket.RECURSION_DESIRED, questions: [{ type: type as 'A', name: next.name }] });
    const forwarded = tryDecode(await config.forwarder.tryForward(question, 'udp') ?? Buffer.alloc(0));
    answers.push(...forwarded?.answers ?? []);
    break;
  }
  return { ...answer, answers };
}

interface Response {
  readonly rcode: number;
  readonly answers?: readonly dnsPacket.Answer[];
  readonly additionals?: readonly dnsPacket.Answer[];
  readonly authorities?: readonly dnsPacket.Answer[];
  readonly truncated?: boolean;
}

function encode(query: dnsPacket.DecodedPacket, { rcode, answers = [], additionals = [], authorities = [], truncated }: Response): Buffer {
  const opt = edns(query);
  return dnsPacket.encode({
    type: 'response', id: query.id,
    flags: dnsPacket.AUTHORITATIVE_ANSWER | dnsPacket.RECURSION_AVAILABLE | rcode
      | (query.flag_rd ? dnsPacket.RECURSION_DESIRED : 0) | (truncated ? dnsPacket.TRUNCATED_RESPONSE : 0),
    questions: query.questions, answers: [...answers], authorities: [...authorities],
    additionals: [...additionals, ...(opt ? [OWN_EDNS] : [])],
  });
}

function edns(query: dnsPacket.DecodedPacket): { readonly udpPayloadSize?: number } | undefined {
  return query.additionals?.find(({ type }) => type === 'OPT') as { readonly udpPayloadSize?: number } | undefined;
}

const udpSize = (query: dnsPacket.DecodedPacket) => Math.max(PLAIN_UDP_SIZE, edns(query)?.udpPayloadSize ?? 0);

function tryDecode(packet: Buffer): dnsPacket.DecodedPacket | undefined {
  try {
    return dnsPacket.decode(packet);
  } catch {
    return undefined;
  }
}

/** Aliases stay before what they lead to. */
function shuffled(answers: readonly dnsPacket.Answer[], random: () => number): readonly dnsPacket.Answer[] {
  if (answers.some(({ type }) => type === 'CNAME')) return answers;
  return answers.map((answer) => ({ answer, rank: random() })).sort((x, y) => x.rank - y.rank).map(({ answer }) => answer);
}

const opcode = ({ flags = 0 }: dnsPacket.DecodedPacket) => (flags >> 11) & 0xf;
