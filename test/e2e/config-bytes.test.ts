import { describe, expect, it } from 'vitest';
import { defaultKubectl, explainFailure, useNamespace } from './harness/case';

const values = {
  japanese: 'こんにちは、世界。価格は１２３円です',
  newlines: 'first\nsecond\n\n  fourth, indented\r\nlast\n',
  quotes: `it's "quoted" \`and\` $HOME $(echo no) \\ \\n {{x}} %s`,
  large: 'データ0123456789'.repeat(5_400),
};

describe.skipIf(!defaultKubectl)('values of a ConfigMap (skipped without kubectl)', () => {
  const { kubectl } = useNamespace('bytes');

  it('reach the environment and the files of a container byte for byte', async () => {
    explainFailure(kubectl);
    expect(Buffer.byteLength(values.large)).toBeGreaterThan(100_000);
    await kubectl('create -f -', { input: JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'values' }, data: values }) });
    await kubectl('apply -f -', {
      input: JSON.stringify({
        apiVersion: 'v1', kind: 'Pod', metadata: { name: 'reader' },
        spec: {
          terminationGracePeriodSeconds: 1,
          containers: [{
            name: 'main', image: 'busybox:1.35', command: ['sleep', '600'], envFrom: [{ configMapRef: { name: 'values' } }],
            volumeMounts: [{ name: 'values', mountPath: '/values' }],
          }],
          volumes: [{ name: 'values', configMap: { name: 'values' } }],
        },
      }),
    });
    await kubectl('wait --for=condition=Ready pod/reader --timeout=180s');
    for (const [key, value] of Object.entries(values)) {
      expect(await kubectl(['exec', 'reader', '--', 'cat', `/values/${key}`]), `file ${key}`).toBe(value);
      expect(await kubectl(['exec', 'reader', '--', 'sh', '-c', `printf %s "$${key}"`]), `variable ${key}`).toBe(value);
    }
  });
});
