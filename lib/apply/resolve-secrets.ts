import { SECRET_VALUES_ANNOTATION, type SecretValueSource } from '../api/label-keys';
import type { KubeObject, Secret } from '../api/types';
import type { DeepReadonly } from '../base/deep-readonly';

/** Where secret values come from. */
export interface SecretSources {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly readFile: (path: string) => Uint8Array;
  /** Letters and digits. */
  readonly generate: (length: number) => string;
}

/** Whether the manifest asks for values that are not in it. */
export const needsValues = (object: KubeObject) => object.kind === 'Secret' && object.metadata.annotations?.[SECRET_VALUES_ANNOTATION] !== undefined;

/** The Secret with its values. A generated value that the cluster has already is kept: databases do not learn new passwords by themselves. */
export function resolveSecret(secret: KubeObject, existing: DeepReadonly<Secret> | undefined, sources: SecretSources): KubeObject {
  const wanted = parseSources(secret);
  const data = Object.fromEntries(Object.entries(wanted).map(([key, source]) => {
    const kept = source.generate && existing?.data?.[key];
    return [key, kept || resolve(secret, key, source, sources)];
  }));
  return { ...secret, data: { ...(secret as Secret).data, ...data } } as KubeObject;
}

function parseSources(secret: KubeObject): Readonly<Record<string, SecretValueSource>> {
  const text = secret.metadata.annotations?.[SECRET_VALUES_ANNOTATION] ?? '{}';
  try {
    return JSON.parse(text) as Readonly<Record<string, SecretValueSource>>;
  } catch (error) {
    throw new Error(`Secret ${secret.metadata.name}: the annotation ${SECRET_VALUES_ANNOTATION} is not JSON; write {"key":{"generate":{"length":32}}}`, { cause: error });
  }
}

function resolve(secret: KubeObject, key: string, source: SecretValueSource, { environment, readFile, generate }: SecretSources): string {
  const what = `Secret ${secret.metadata.name}: ${key}`;
  if (source.generate) return base64(generate(source.generate.length));
  if (source.environment !== undefined) {
    const value = environment[source.environment];
    if (value === undefined || value === '') throw new Error(`${what} comes from the environment variable ${source.environment}, which is not set; set it where twelve apply runs`);
    return base64(value);
  }
  if (source.file !== undefined) {
    try {
      return Buffer.from(readFile(source.file)).toString('base64');
    } catch (error) {
      throw new Error(`${what} comes from the file ${source.file}, which cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
  throw new Error(`${what} has a source that this version does not know: ${JSON.stringify(source)}; it knows generate, environment and file`);
}

const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');
