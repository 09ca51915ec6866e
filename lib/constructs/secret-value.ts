import type { SecretValueSource } from '../api/label-keys';

/** Where a secret value comes from. The value itself is never in the program or in its YAML: `twelve apply` gets it. */
export class SecretValue {
  /** Letters and digits, made at the first apply and kept by all later ones. @param length 16 to 256 */
  static generated({ length = 32 }: { readonly length?: number } = {}): SecretValue {
    if (!Number.isInteger(length) || length < 16 || length > 256) throw new Error(`SecretValue.generated: length ${length} is not a whole number from 16 to 256; leave it out for 32`);
    return new SecretValue({ generate: { length } });
  }

  /** An environment variable of whoever runs `twelve apply`. */
  static environment(variable: string): SecretValue {
    return new SecretValue({ environment: variable });
  }

  /** The content of a file on the machine that runs `twelve apply`, byte for byte. A relative path is taken from the folder it runs in. */
  static file(path: string): SecretValue {
    return new SecretValue({ file: path });
  }

  /**
   * What a program prints on the machine that runs `twelve apply`: a password manager, SOPS. The words go to it as they are, without a shell; one line end at the end of the value is left out.
   * @param options what differs from the defaults
   * @param options.timeoutSeconds after which it is ended @default 30
   */
  static command(words: readonly [string, ...string[]], { timeoutSeconds = 30 }: { readonly timeoutSeconds?: number } = {}): SecretValue {
    if (!words[0]?.trim()) throw new Error("SecretValue.command: there is no program; write its words one by one, for example ['pass', 'show', 'shop/token']");
    if (!Number.isInteger(timeoutSeconds) || timeoutSeconds < 1 || timeoutSeconds > 600) throw new Error(`SecretValue.command: timeoutSeconds ${timeoutSeconds} is not a whole number from 1 to 600; leave it out for 30`);
    return new SecretValue({ command: { words: [...words], timeoutSeconds } });
  }

  /** @internal Text with other values of the same Secret in it, percent-encoded. */
  static _composed(words: NonNullable<SecretValueSource['compose']>): SecretValue {
    return new SecretValue({ compose: words });
  }

  private constructor(readonly source: SecretValueSource) {}
}
