import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultKubectl } from './harness/case';
import { kubectlFor } from './harness/kubectl';
import { TestRuntime } from './harness/runtime';

const deployment = (spec: object, container: object = {}) => JSON.stringify({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { terminationGracePeriodSeconds: 1, containers: [{ name: 'web', image: 'busybox:1.35', command: ['sleep', '600'], ...container }], ...spec } },
  },
});

/** Each mistake gives a message that names the culprit, the right exit code, and leaves everything else as it was. */
describe.skipIf(process.env.TWELVE_E2E_KUBECONFIG !== undefined)('mistakes in the input (skipped on another cluster)', () => {
  const runtime = new TestRuntime();
  const kubectl = kubectlFor({ program: defaultKubectl ?? 'kubectl', kubeconfig: runtime.kubeconfig });
  const file = (name: string, text: string) => {
    const full = path.join(runtime.directory, name);
    fs.writeFileSync(full, text);
    return full;
  };
  const apply = (name: string, text: string, ...more: string[]) => runtime.try(['apply', file(name, text), ...runtime.target(), ...more]);
  const nothingChanged = async () => {
    if (defaultKubectl) expect(await kubectl('get deployments,configmaps,services -o name')).toBe('configmap/kube-root-ca.crt\nservice/kubernetes\n');
  };

  beforeAll(() => runtime.up());
  afterAll(() => runtime.end());

  it('no Docker daemon', async () => {
    const other = new TestRuntime();
    const { code, err } = await other.try(['up', ...other.target()], { env: { DOCKER_HOST: 'unix:///nonexistent/docker.sock' } });
    expect(code).toBe(1);
    expect(err).toMatch(/Docker.*unix:\/\/\/nonexistent\/docker\.sock/s);
    await other.end();
  });

  it('a port in use', async () => {
    const server = http.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const other = new TestRuntime();
    const { code, err } = await other.try(['up', ...other.target(), '--port', String(port)]);
    server.close();
    expect(code).toBe(1);
    expect(err).toContain(String(port));
    expect(err).toMatch(/in use/);
    await other.end();
  });

  it('a TypeScript program that does not parse, and one that throws: the user\'s line', async () => {
    const broken = await apply('broken.ts', 'const a = 1;\nconst b = ;\n');
    expect(broken.code).toBe(1);
    expect(broken.err).toMatch(/broken\.ts:2/);
    const throwing = await apply('throwing.ts', 'const a: string | undefined = undefined;\n\nconsole.error((a as unknown as string).length);\n');
    expect(throwing.code).toBe(1);
    expect(throwing.err).toMatch(/throwing\.ts:3/);
    await nothingChanged();
  });

  it('YAML that does not parse: file and line', async () => {
    const { code, err } = await apply('broken.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a\ndata: {}\n');
    expect(code).toBe(1);
    expect(err).toMatch(/broken\.yaml:[345]/);
    await nothingChanged();
  });

  it('an unknown field and a wrong type: nothing is applied, not even what is right', async () => {
    const right = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'right' } });
    const unknown = await apply('unknown.yaml', `${right}\n---\n${deployment({ restartPolicies: 'Always' })}`);
    expect(unknown.code).toBe(1);
    expect(unknown.err).toMatch(/restartPolicies/);
    const wrong = await apply('wrong.yaml', `${right}\n---\n${deployment({ terminationGracePeriodSeconds: 'soon' })}`);
    expect(wrong.code).toBe(1);
    expect(wrong.err).toMatch(/terminationGracePeriodSeconds/);
    await nothingChanged();
  });

  it('a field that the runtime does not support: 422 with its path', async () => {
    const { code, err } = await apply('unsupported.yaml', deployment({ volumes: [{ name: 'x', iscsi: { targetPortal: '10.0.0.1', iqn: 'iqn.2001-04.com.example:x', lun: 0 } }] }));
    expect(code).toBe(1);
    expect(err).toContain('spec.template.spec.volumes[0].iscsi');
    expect(err).toMatch(/not supported by this runtime/);
    await nothingChanged();
  });

  it('a missing image fails early with the engine\'s reason', async () => {
    const { code, out, err } = await apply('image.yaml', deployment({}, { image: 'no-such-image:1' }), '--timeout', '120s');
    expect(code).toBe(1);
    expect(out + err).toMatch(/no-such-image:1/);
    expect(out + err).toMatch(/ErrImagePull|ImagePullBackOff/);
    expect((await runtime.try(['delete', path.join(runtime.directory, 'image.yaml'), ...runtime.target()])).code).toBe(0);
    await nothingChanged();
  });

  it('a missing ConfigMap is named', async () => {
    const { code, out, err } = await apply('config.yaml', deployment({}, { envFrom: [{ configMapRef: { name: 'not-there' } }] }), '--timeout', '120s');
    expect(code).toBe(1);
    expect(out + err).toMatch(/not-there/);
    await runtime.try(['delete', path.join(runtime.directory, 'config.yaml'), ...runtime.target()]);
  });

  it('an unknown command and a missing file', async () => {
    const unknown = await runtime.try(['aply']);
    expect(unknown.code).toBe(1);
    expect(unknown.err).toMatch(/unknown command/);
    const missing = await runtime.try(['apply', 'no/such/file.yaml', ...runtime.target()]);
    expect(missing.code).toBe(1);
    expect(missing.err).toMatch(/no\/such\/file\.yaml/);
  });
});
