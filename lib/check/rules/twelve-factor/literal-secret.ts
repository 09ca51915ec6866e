import type { Rule } from '../../rule';

/** Types whose content nobody keeps secret, or that controllers fill. */
const FILLED = ['kubernetes.io/service-account-token', 'helm.sh/release.v1', 'bootstrap.kubernetes.io/token'];

/** The values of a Secret in its manifest: base64 hides nothing. */
export const literalSecret: Rule = {
  id: 'literal-secret',
  severity: 'warning',
  summary: 'A Secret holds its values in the manifest',
  why: 'Whoever can read the manifest knows the value; base64 is no encryption. It stays in the history of the repository after it was changed, and every environment that uses the manifest has the same one.',
  seeAlso: 'https://12factor.net/config',
  examples: {
    fails: `
apiVersion: v1
kind: Secret
metadata: { name: db }
stringData: { password: hunter2 }
`,
    passes: `
apiVersion: v1
kind: Secret
metadata:
  name: db
  annotations:
    twelve-factor.dev/secret-values: '{"password":{"environment":"DB_PASSWORD"}}'
`,
  },

  *check(objects) {
    for (const object of objects.ofKind('Secret')) {
      if (FILLED.includes(object.type ?? '')) continue;
      for (const field of ['stringData', 'data'] as const) {
        const keys = Object.entries(object[field] ?? {}).filter(([key, value]) => value && !['ca.crt', 'username', 'user'].includes(key)).map(([key]) => key);
        if (keys.length > 0) {
          yield {
            object, field, message: `${keys.join(', ')} ${keys.length === 1 ? 'is' : 'are'} written down`,
            fix: 'let twelve apply fill it in (annotation twelve-factor.dev/secret-values, or the construct Secrets), or use a SealedSecret or ExternalSecret',
          };
          break;
        }
      }
    }
  },
};
