import { containersIn } from '../../containers-in';
import type { Rule } from '../../rule';

const NAMES = /(^|_)(PASSWORD|PASSWD|PASSPHRASE|SECRET|SECRET_KEY|API_KEY|APIKEY|ACCESS_KEY|PRIVATE_KEY|TOKEN)$/;
/** Switches such as MYSQL_RANDOM_ROOT_PASSWORD, and paths of files that hold the credential. */
const HARMLESS = /^(?:\/.*|\d|true|false|yes|no|on|off)?$/i;
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;
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
  if (URL_WITH_PASSWORD.test(value)) return 'an address with its password';
  return NAMES.test(name.toUpperCase().replace(/[-.]/g, '_')) && !HARMLESS.test(value) ? 'a literal' : undefined;
}
