import { SECRET_VALUES_ANNOTATION, type SecretValueSource } from '../../api/label-keys';
import type { KubeObject, Secret } from '../../api/types';
import type { DeepReadonly } from '../../base/deep-readonly';
import { composeValue } from './compose-value';

/** Where secret values come from. */
export interface SecretSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly readFile: (path: string) => Uint8Array;
  /** Runs a program and resolves with all it printed. Rejects with a message without what it printed to its standard output. */
  readonly runCommand: (words: readonly string[], timeoutSeconds: number) => Promise<Uint8Array>;
  /** Letters and digits. */
  readonly generate: (length: number) => string;
  /** Values that the cluster has are taken, wherever they came from. @default only generated ones */
  readonly keepExisting?: boolean;
}

/** Whether the manifest asks for values that are not in it. */
export const needsValues = (object: DeepReadonly<KubeObject>) => object.kind === 'Secret' && object.metadata.annotations?.[SECRET_VALUES_ANNOTATION] !== undefined;

/** The Secret with its values. A generated value that the cluster has already is kept: databases do not learn new passwords by themselves. */
export async function resolveSecret(secret: KubeObject, existing: DeepReadonly<Secret> | undefined, sources: SecretSources): Promise<KubeObject> {
  const data: Record<string, string> = {};
  const wanted = Object.entries(parseSources(secret));
  for (const [key, source] of wanted) {
    if (source.compose) continue;
    const kept = (source.generate ?? sources.keepExisting) && existing?.data?.[key];
    data[key] = kept || Buffer.from(await resolve(`Secret ${secret.metadata.name}: ${key}`, source, sources)).toString('base64');
  }
  const values = { ...(secret as Secret).data, ...data };
  const composed = wanted.flatMap(([key, { compose }]) => (compose ? [[key, toBase64(composeValue(`Secret ${secret.metadata.name}: ${key}`, compose, values))]] : []));
  return { ...secret, data: { ...values, ...Object.fromEntries(composed) } } as KubeObject;
}

const toBase64 = (text: string) => Buffer.from(text).toString('base64');

function parseSources(secret: KubeObject): Readonly<Record<string, SecretValueSource>> {
  const text = secret.metadata.annotations?.[SECRET_VALUES_ANNOTATION] ?? '{}';
  try {
    return JSON.parse(text) as Readonly<Record<string, SecretValueSource>>;
  } catch (error) {
    throw new Error(`Secret ${secret.metadata.name}: the annotation ${SECRET_VALUES_ANNOTATION} is not JSON; write {"key":{"generate":{"length":32}}}`, { cause: error });
  }
}

async function resolve(what: string, source: SecretValueSource, { environment, readFile, runCommand, generate }: SecretSources): Promise<Uint8Array> {
  if (source.generate) return Buffer.from(generate(source.generate.length));
  if (source.environment !== undefined) {
    const value = environment[source.environment];
    if (value === undefined || value === '') throw new Error(`${what} comes from the environment variable ${source.environment}, which is not set; set it where twelve apply runs`);
    return Buffer.from(value);
  }
  if (source.file !== undefined) {
    try {
      return readFile(source.file);
    } catch (error) {
      throw new Error(`${what} comes from the file ${source.file}, which cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
  if (source.command) return fromCommand(what, source.command, runCommand);
  throw new Error(`${what} has a source that this version does not know: ${JSON.stringify(source)}; it knows generate, environment, file, command and compose`);
}

async function fromCommand(what: string, { words, timeoutSeconds }: NonNullable<SecretValueSource['command']>, runCommand: SecretSources['runCommand']): Promise<Uint8Array> {
  const value = await runCommand(words, timeoutSeconds).catch((error: unknown) => {
    throw new Error(`${what} comes from the command ${words[0]}, which failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  });
  const end = value.at(-1) !== 0x0a ? value.length : value.at(-2) === 0x0d ? value.length - 2 : value.length - 1;
  if (end === 0) throw new Error(`${what} comes from the command ${words[0]}, which printed nothing; see what it says when you run it yourself`);
  return value.subarray(0, end);
}
