import { beforeAll, describe, expect, it } from 'vitest';
import { useApplication } from '../harness/application';
import { defaultKubectl, explainFailure } from '../harness/case';

const PROGRAM = `
import { Image, Scale, Secrets, SecretValue, TwelveFactorApp, Worker } from 'cdk8s-twelve-factor';
const app = new TwelveFactorApp('shop');
const secrets = new Secrets(app, 'secrets', {
  SESSION_KEY: SecretValue.generated({ length: 40 }), MAIL_TOKEN: SecretValue.environment('E2E_MAIL_TOKEN'), TLS_KEY: SecretValue.file('tls.key'), DB_PASSWORD: SecretValue.command(['sh', 'vault.sh']),
});
const account = Secrets.existing(app, 'account', { secret: 'mail-account', variables: { ACCOUNT: 'user' } });
new Worker(app, 'reader', {
  image: Image.reference('busybox:1.35'), command: ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 0.2; done'], scale: Scale.fixed(1),
  env: [secrets.omit('TLS_KEY'), account],
  attach: [secrets.asFiles('/run/tls', { names: { TLS_KEY: 'tls.key' } }), account.asFiles('/run/account')],
});
app.synth();
`;

describe.skipIf(!defaultKubectl)('Secrets (skipped without kubectl)', () => {
  const { kubectl, exec, twelve, write } = useApplication('secrets');
  const env = { E2E_MAIL_TOKEN: 'token-from-outside' };
  const inPod = (script: string) => exec('reader', 'sh', '-c', script);
  const podOf = async () => (await kubectl('get pods -o jsonpath={.items[0].metadata.uid}')).trim();

  beforeAll(async () => {
    write('main.ts', PROGRAM);
    write('tls.key', '-----BEGIN-----\nabc\n-----END-----\n');
    write('vault.sh', 'echo first-password');
    await kubectl('create secret generic mail-account --from-literal=user=shop@example.com');
    await twelve(['apply'], { env });
  });

  it('come from variables, files, programs and others, and are in no YAML', async () => {
    explainFailure(kubectl);
    expect(await inPod('echo "$MAIL_TOKEN $DB_PASSWORD $ACCOUNT"')).toBe('token-from-outside first-password shop@example.com\n');
    expect(await inPod('printf %s "$SESSION_KEY" | grep -cE "^[A-Za-z0-9]{40}$"')).toBe('1\n');
    expect(await inPod('cat /run/tls/tls.key; cat /run/account/ACCOUNT')).toBe('-----BEGIN-----\nabc\n-----END-----\nshop@example.com');
    const annotation = await kubectl('get secret shop-secrets -o jsonpath={.metadata.annotations}');
    expect(annotation).toContain('vault.sh');
    expect(annotation).not.toMatch(/first-password|token-from-outside|BEGIN/);
  });

  it('roll the process when a value changes at its source; generated ones stay', async () => {
    explainFailure(kubectl);
    const [pod, key] = [await podOf(), await inPod('echo $SESSION_KEY')];
    await twelve(['apply'], { env });
    expect(await podOf()).toBe(pod);
    write('vault.sh', 'echo second-password');
    await twelve(['apply'], { env });
    expect(await inPod('echo "$DB_PASSWORD"')).toBe('second-password\n');
    expect(await inPod('echo $SESSION_KEY')).toBe(key);
  });
});
