import * as fs from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ApiResponse } from '../../lib/api/request';
import { packageFile } from '../../lib/base/package-root';
import { type CorpusServer, startServer } from './server';

export interface AreaResult {
  readonly area: string;
  readonly matched: number;
  readonly total: number;
}

interface Case {
  readonly id: string;
  readonly area: string;
  readonly title: string;
  readonly exclusive?: boolean;
  readonly needs?: string;
  readonly steps: readonly { readonly method?: string; readonly path?: string }[];
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly text: string;
}

interface SendOptions {
  readonly query?: string | Readonly<Record<string, string | readonly string[]>>;
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly body?: unknown;
  readonly anonymous?: boolean;
}

interface ReplayClient {
  request(method: string, path: string, options?: SendOptions): Promise<Answer>;
  json(method: string, path: string, options?: SendOptions): Promise<Answer & { readonly body: unknown }>;
}

/** What the tests use of the corpus's own replay.mjs. */
interface ReplayModule {
  loadCorpus(folders: readonly string[]): readonly Case[];
  runCase(client: ReplayClient, testCase: Case, options: object): Promise<readonly unknown[]>;
  compareCase(testCase: Case, answers: readonly unknown[], options: object): readonly (readonly [number, string, unknown, unknown])[];
  pool<T>(items: readonly T[], jobs: number, run: (item: T) => Promise<void>): Promise<void>;
}

export const defaultCorpus = () => path.join(path.dirname(packageFile('package.json')), '..', 'shared', 'kubernetes-1.28');

export interface ReplayOptions {
  readonly area?: string;
  readonly case?: string;
  /** Gets a text for every case that does not match. */
  readonly report?: (text: string) => void;
}

/** Runs the cases and counts by area. The cases that need a compacted store run last, against one. */
export async function replay(corpus: string, { area, case: id, report }: ReplayOptions = {}): Promise<readonly AreaResult[]> {
  const module = (await import(pathToFileURL(path.join(corpus, 'replay.mjs')).href)) as ReplayModule;
  const cases = module.loadCorpus([path.join(corpus, 'corpus')]).filter((one) => (!area || one.area === area) && (!id || one.id === id));
  const server = await startServer();
  // The clock's timers do not keep a process alive, and a watch waits for nothing else.
  const alive = setInterval(() => undefined, 60_000);
  const client = clientFor(server.send);
  const areas = new Map<string, { matched: number; total: number }>();
  const run = async (one: Case) => {
    const counts = areas.get(one.area) ?? { matched: 0, total: 0 };
    areas.set(one.area, counts);
    counts.total += 1;
    const differences = await differencesOf(module, client, one);
    if (differences.length === 0) counts.matched += 1;
    else report?.(describe(one, differences));
  };
  // Custom resources show in discovery, so what looks at discovery runs without them.
  await module.pool(cases.filter(({ exclusive, needs, area: of }) => !exclusive && !needs && of !== 'crd'), 16, run);
  await module.pool(cases.filter(({ exclusive, needs, area: of }) => !exclusive && !needs && of === 'crd'), 8, run);
  await module.pool(cases.filter(({ exclusive }) => exclusive), 1, run);
  await server.compact();
  await module.pool(cases.filter(({ needs }) => needs === 'compaction'), 4, run);
  clearInterval(alive);
  await server.stop();
  return [...areas].map(([name, counts]) => ({ area: name, ...counts })).sort((a, b) => (a.area < b.area ? -1 : 1));
}

async function differencesOf(module: ReplayModule, client: ReplayClient, one: Case): Promise<readonly (readonly [number, string, unknown, unknown])[]> {
  try {
    return module.compareCase(one, await module.runCase(client, one, {}), {});
  } catch (error) {
    return [[-1, '', 'no error', error instanceof Error ? error.stack : String(error)]];
  }
}

function describe({ id, title, steps }: Case, differences: readonly (readonly [number, string, unknown, unknown])[]): string {
  const short = (value: unknown) => (value === undefined ? '(absent)' : JSON.stringify(value).slice(0, 700));
  const lines = differences.slice(0, 10).map(([step, pointer, expected, got]) => `  step ${step} ${steps[step]?.method ?? ''} ${steps[step]?.path ?? ''} ${pointer}\n    expected ${short(expected)}\n    got      ${short(got)}`);
  return [`FAIL ${id}: ${title}`, ...lines].join('\n');
}

/** What replay.mjs calls: as over HTTP, so bodies are text on both sides. */
function clientFor(send: CorpusServer['send']): ReplayClient {
  const request = async (method: string, target: string, { query, headers = {}, body, anonymous = false }: SendOptions = {}): Promise<Answer> => {
    const sent: Record<string, string> = { 'user-agent': 'replay/1.0', 'accept': 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }) };
    for (const [name, value] of Object.entries(headers)) {
      if (value === null) delete sent[name.toLowerCase()];
      else sent[name.toLowerCase()] = value;
    }
    const response = await send({ method, path: target, query: parameters(query), headers: sent, body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body), anonymous });
    return { status: response.status, headers: headersOf(response), text: await textOf(response) };
  };
  const json = async (method: string, target: string, options?: SendOptions) => {
    const answer = await request(method, target, options);
    return { ...answer, body: tryParse(answer.text) };
  };
  return { request, json };
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function parameters(query: SendOptions['query']): URLSearchParams {
  if (typeof query === 'string') return new URLSearchParams(query);
  return new URLSearchParams(Object.entries(query ?? {}).flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((one): [string, string] => [name, String(one)])));
}

function headersOf({ headers = {} }: ApiResponse): Record<string, string[]> {
  const all = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? [value] : [...value]]));
  return { 'content-type': ['application/json'], ...all };
}

async function textOf({ body, stream, headers }: ApiResponse): Promise<string> {
  if (stream) {
    let text = '';
    for await (const chunk of stream) text += chunk instanceof Uint8Array ? Buffer.from(chunk).toString() : `${JSON.stringify(chunk)}\n`;
    return text;
  }
  if (body instanceof Uint8Array) return Buffer.from(body).toString();
  if (typeof body === 'string' && headers?.['content-type'] !== undefined) return body;
  return body === undefined ? '' : `${JSON.stringify(body)}\n`;
}

const RATCHET = 'test/corpus/ratchet.json';

/** The least number of cases that must match, by area. */
export const readRatchet = () => JSON.parse(fs.readFileSync(packageFile(RATCHET), 'utf8')) as Readonly<Record<string, number>>;

export function writeRatchet(areas: readonly AreaResult[]): void {
  const before = readRatchet();
  const now = Object.fromEntries(areas.map(({ area, matched }) => [area, Math.max(matched, before[area] ?? 0)]));
  fs.writeFileSync(packageFile(RATCHET), `${JSON.stringify(now, null, 2)}\n`);
}

/** One text for each area that lost cases. */
export function belowRatchet(areas: readonly AreaResult[], ratchet: Readonly<Record<string, number>>): string[] {
  return areas.filter(({ area, matched }) => matched < (ratchet[area] ?? 0)).map(({ area, matched }) => `area ${area} matches ${matched} cases, the ratchet asks for ${ratchet[area]}: see test/corpus/ratchet.json`);
}
