import * as fs from 'node:fs';

/** By which a server knows who asks: a bearer token, a client certificate, or a name and a password. */
export interface Credentials {
  readonly token?: string;
  /** PEM of the client certificate and its key. */
  readonly cert?: string;
  readonly key?: string;
  /** Basic authentication, as old kubeconfigs hold. */
  readonly username?: string;
  readonly password?: string;
}

/** Credentials that change while they are used. */
export interface CredentialSource {
  /** Asked before every request. May run a program, or read a file. */
  current(): Promise<Credentials>;
  /** The server did not take these (401). @returns whether `current` may have better ones now */
  renew(refused: Credentials): boolean;
}

/** Those of the moment, where they change, and the fixed ones otherwise. */
export const currentCredentials = async ({ credentials, ...fixed }: Credentials & { readonly credentials?: CredentialSource }): Promise<Credentials> => (credentials ? credentials.current() : fixed);

/** A token in a file that somebody else writes anew from time to time. */
export function tokenFromFile(file: string, others: Credentials = {}): CredentialSource {
  let last = others.token;
  const read = (): string => {
    try {
      last = fs.readFileSync(file, 'utf8').trim() || last;
    } catch (error) {
      // It may be replaced at this moment.
      if (last === undefined) throw new Error(`the token cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
    return last ?? '';
  };
  return {
    // eslint-disable-next-line @typescript-eslint/require-await -- a refusal to read is a rejection
    current: async () => ({ ...others, token: read() }),
    renew: ({ token }) => read() !== token,
  };
}

/** The header that says who asks; none for client certificates. */
export function authorizationHeader({ token, username, password = '' }: Credentials): Readonly<Record<string, string>> {
  if (token) return { authorization: `Bearer ${token}` };
  return username === undefined ? {} : { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}
