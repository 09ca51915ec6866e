import { containersIn } from '../../containers-in';
import type { Rule } from '../../rule';

const NAMES = /(^|_)(PASSWORD|PASSWD|PASSPHRASE|SECRET|SECRET_KEY|API_KEY|APIKEY|ACCESS_KEY|PRIVATE_KEY|TOKEN)$/;
/** Switches such as MYSQL_RANDOM_ROOT_PASSWORD, and paths of files that hold the credential. */
const HARMLESS = /^(?:\/.*|\d|true|false|yes|no|on|off)?$/i;
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;
/** Tokens that can be told by how they look: AWS, GitHub, GitLab, Slack, Stripe, Google. */
const TOKEN = /^(?:AKIA[0-9A-Z]{16}|gh[pousr]_\w{36,}|glpat-[\w-]{20,}|xox[abprs]-[\w-]{10,}|[sr]k_live_\w{16,}|AIza[\w-]{35})$/;
const OPTION = /^--?(?:[a-z]+-)*(?:password|passwd|secret|token|api-key|secret-key|access-key)$/i;
const URL_WITH_PASSWORD = /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s:@]+@/i;

/** A password in a manifest is in version control, in the cluster's history and in every `kubectl describe` (factor III). */
export const literalCredentials: Rule = {
  id: 'literal-credentials',
  severity: 'warning',
  summary: 'A credential is written in the manifest',
  why: 'A password in a manifest is in version control, in the history of the cluster and in every `kubectl describe`. Whoever may read the one may use the other, and it cannot be changed without a new release.',
  seeAlso: 'https://12factor.net/config',
  examples: {
    fails: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - name: web
      image: shop:1.4.2
      env: [{ name: DB_PASSWORD, value: hunter2 }]
`,
    passes: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - name: web
      image: shop:1.4.2
      env: [{ name: DB_PASSWORD, valueFrom: { secretKeyRef: { name: db, key: password } } }]
`,
  },

  *check(objects) {
    for (const { container, path, template } of containersIn(objects)) {
      for (const [index, { name, value }] of (container.env ?? []).entries()) {
        const what = tryCredential(name, value);
        if (what) yield { object: template.object, field: `${path}.env[${index}].value`, message: `${name} is ${what}`, fix: 'keep it in a Secret and refer to it with valueFrom.secretKeyRef' };
      }
      for (const field of ['command', 'args'] as const) {
        const words = container[field] ?? [];
        for (const [index, word] of words.entries()) {
          const what = tryCredentialInWord(word, words[index - 1]);
          if (what) yield { object: template.object, field: `${path}.${field}[${index}]`, message: `${word.split('=')[0].slice(0, 40)} is ${what}`, fix: 'keep it in a Secret, and let the process read it from its environment: a command line is seen by everybody on the node' };
        }
      }
    }
    for (const configMap of objects.ofKind('ConfigMap')) {
      for (const [key, value] of Object.entries(configMap.data ?? {})) {
        const what = tryCredential(key, value);
        if (what) yield { object: configMap, field: `data[${key}]`, message: `${key} is ${what}`, fix: 'keep it in a Secret: who may read configuration need not read credentials' };
      }
    }
  },
};

function tryCredential(name: string, value: string | undefined): string | undefined {
  if (typeof value !== 'string' || value.includes('$(')) return undefined;
  if (PRIVATE_KEY.test(value)) return 'a private key';
  if (TOKEN.test(value)) return 'an access token';
  if (URL_WITH_PASSWORD.test(value)) return 'an address with its password';
  return NAMES.test(name.toUpperCase().replace(/[-.]/g, '_')) && !HARMLESS.test(value) ? 'a literal' : undefined;
}

/** A word of a command line: `--password=hunter2`, `--password hunter2`, or an address with a password in it. */
function tryCredentialInWord(word: string, before: string | undefined): string | undefined {
  if (typeof word !== 'string' || word.includes('$') || word.includes('\n')) return undefined;
  const [option, ...rest] = word.split('=');
  const value = rest.join('=');
  if (TOKEN.test(word) || TOKEN.test(value)) return 'an access token';
  if (URL_WITH_PASSWORD.test(word) || URL_WITH_PASSWORD.test(value)) return 'an address with its password';
  if (rest.length > 0) return OPTION.test(option) && !HARMLESS.test(value) ? 'a literal' : undefined;
  return before !== undefined && OPTION.test(before) && !word.startsWith('-') && !HARMLESS.test(word) ? `the value of ${before}, a literal` : undefined;
}
