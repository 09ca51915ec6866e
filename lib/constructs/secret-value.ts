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

  private constructor(readonly source: SecretValueSource) {}
}
