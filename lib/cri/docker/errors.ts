import { CriError, type CriErrorReason } from '../cri-error';

/** The words of the engine without dockerode's wrapping. */
export function engineMessage(error: unknown): string {
  const json = (error as { json?: { message?: unknown } } | undefined)?.json;
  if (typeof json?.message === 'string') return json.message.trim();
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^\(HTTP code \d+\) [^-]* - /, '').trim();
}

export const statusCode = (error: unknown) => (error as { statusCode?: number } | undefined)?.statusCode;

const UNREACHABLE = new Set(['ECONNREFUSED', 'ENOENT', 'ECONNRESET', 'EPIPE', 'EACCES']);

/** @param missing what a 404 means for this verb */
export function toCriError(error: unknown, missing: CriErrorReason = 'ContainerNotFound'): CriError {
  if (error instanceof CriError) return error;
  const code = (error as { code?: string } | undefined)?.code;
  if (code && UNREACHABLE.has(code)) {
    return new CriError('Unavailable', `Cannot connect to the Docker daemon (${code}). Is it running?`, { cause: error });
  }
  return new CriError(statusCode(error) === 404 ? missing : 'Failed', engineMessage(error), { cause: error });
}

/** For verbs that stop or remove: what is gone, stopped already (304) or being removed by somebody else (409) is done. */
export async function ignoreDone(action: Promise<unknown>): Promise<void> {
  try {
    await action;
  } catch (error) {
    const code = statusCode(error);
    if (code === 404 || code === 304 || (code === 409 && /already in progress|is not running/.test(engineMessage(error)))) return;
    throw toCriError(error);
  }
}
