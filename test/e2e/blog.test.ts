import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { freePort } from '../../lib/cluster/ports';
import { Browser } from './harness/browser';
import { defaultKubectl, useNamespace } from './harness/case';
import { run } from './harness/command';
import { eventually } from './harness/eventually';
import { type Kubectl, kubectlFor } from './harness/kubectl';
import { TestRuntime } from './harness/runtime';

const program = path.resolve(__dirname, '../../apps/examples/blog/main.ts');
const title = 'こんにちは from the e2e test';

const cli = path.resolve(__dirname, '../../build/apps/cli/main.js');
const joined = inject('joinedNode');

interface Written {
  readonly metadata: { readonly resourceVersion?: string; readonly managedFields?: readonly { readonly subresource?: string }[] };
}

interface Place {
  readonly kubectl: Kubectl;
  /** Options of the cluster and the namespace. */
  target(): readonly string[];
}

/** A runtime of its own, as a person's first one. */
function bundledRuntime(): Place {
  const runtime = new TestRuntime();
  beforeAll(() => runtime.up());
  afterAll(() => runtime.end());
  return { kubectl: kubectlFor({ program: defaultKubectl ?? 'kubectl', kubeconfig: runtime.kubeconfig }), target: () => runtime.target() };
}

function joinedNode(): Place {
  const { kubectl, namespace } = useNamespace('blog');
  return { kubectl, target: () => ['--kubeconfig', inject('kubeconfig'), '-n', namespace] };
}

/** The README's demo, driven as a person would in a browser. */
describe.skipIf(!defaultKubectl || (process.env.TWELVE_E2E_KUBECONFIG !== undefined && !joined))(`the blog example ${joined ? 'on a real control plane' : '(skipped without kubectl, or on another cluster)'}`, () => {
  const { kubectl, target } = joined ? joinedNode() : bundledRuntime();
  let port: string;
  const twelve = (words: readonly string[]) => run(process.execPath, [cli, ...words], { env: { NO_COLOR: '1', BLOG_PORT: port }, limit: 300_000 });
  let site = '';

  // The usual one belongs to cases of other clusters of this machine.
  beforeAll(async () => { port = String(await freePort(18_080)); });

  it('comes up from a TypeScript program, and prints its address', async () => {
    const out = await twelve(['apply', program, ...target()]);
    site = /https?:\/\/[\d.:]+/.exec(out)?.[0] ?? '';
    expect(site).toMatch(/^http:/);
    expect(out).toMatch(/2\/2/);
  });

  it('is a WordPress that can be installed through its form', async () => {
    const browser = new Browser(site);
    const form = await eventually('the installation form answers', async () => {
      const page = await browser.get('/wp-admin/install.php');
      return page.status === 200 && page;
    });
    expect(form.text).toContain('WordPress');
    const installed = await browser.post('/wp-admin/install.php?step=2', {
      weblog_title: 'テストのブログ', user_name: 'admin', admin_password: 'a-long-Password-1', admin_password2: 'a-long-Password-1', pw_weak: 'on', admin_email: 'admin@example.com', blog_public: '0', language: '',
    });
    expect(installed.text).toMatch(/Success|WordPress has been installed/);
  });

  it('takes a post, whichever replica answers', async () => {
    const browser = new Browser(site);
    await browser.get('/wp-login.php');
    const board = await browser.post('/wp-login.php', { 'log': 'admin', 'pwd': 'a-long-Password-1', 'wp-submit': 'Log In', 'redirect_to': `${site}/wp-admin/`, 'testcookie': '1' });
    expect(board.url).toContain('/wp-admin/');
    const editor = await browser.get('/wp-admin/post-new.php');
    const nonce = /"X-WP-Nonce":"(\w+)"|createNonceMiddleware\( "(\w+)" \)/.exec(editor.text);
    const dashboard = /name="_wpnonce" value="(\w+)"[^>]*>(?:(?!<form).)*?action" value="post-quickdraft-save"|action" value="post-quickdraft-save"(?:(?!<\/form).)*?name="_wpnonce" value="(\w+)"/s.exec(board.text);
    expect(nonce ?? dashboard, 'a nonce of the editor').not.toBeNull();
    const key = nonce?.[1] ?? nonce?.[2] ?? '';
    const created = await browser.post(`/index.php?rest_route=/wp/v2/posts&_wpnonce=${key}`, { title, content: '本文。', status: 'publish' });
    expect(created.status).toBe(201);
    for (let visit = 0; visit < 6; visit += 1) expect((await new Browser(site).get('/')).text).toContain(title);
  });

  it('keeps the post when both WordPress pods are deleted', async () => {
    await kubectl('delete pods -l app.kubernetes.io/component=web --wait=true --timeout=180s');
    await kubectl('wait --for=condition=Available deployment --all --timeout=180s');
    expect((await eventually('the front page answers', async () => {
      const page = await new Browser(site).get('/');
      return page.status === 200 && page;
    })).text).toContain(title);
  });

  it('keeps the post when the MariaDB pod is deleted', async () => {
    const database = (await kubectl('get pods -o jsonpath={range\\ .items[*]}{.metadata.name}{"\\n"}{end}').catch(() => kubectl('get pods -o name'))).split('\n').map((name) => name.replace('pod/', '')).find((name) => /db|maria/.test(name)) ?? '';
    await kubectl(['delete', 'pod', database, '--wait=true', '--timeout=180s']);
    await kubectl('wait --for=condition=Available deployment --all --timeout=180s');
    expect((await eventually('the front page answers again', async () => {
      const page = await new Browser(site).get('/');
      return page.status === 200 && page.text.includes(title) && page;
    })).text).toContain(title);
  });

  it('never had the password in its YAML, and a second apply changes nothing', async () => {
    const yaml = await twelve(['synth', program, '--stdout']).catch(() => twelve(['synth', program]));
    const secrets = JSON.parse(await kubectl('get secrets -o json')) as { items: { data?: Record<string, string> }[] };
    const generated = secrets.items.flatMap(({ data = {} }) => Object.values(data)).map((value) => Buffer.from(value, 'base64').toString());
    expect(generated.length).toBeGreaterThan(0);
    for (const value of generated) expect(yaml + fs.readFileSync(program, 'utf8')).not.toContain(value);

    // All but the status of each object, which goes on changing by itself while the pods of the cases before get ready.
    const written = async () => {
      const { items } = JSON.parse(await kubectl('get deployments,services,configmaps,secrets,pvc --show-managed-fields -o json')) as { readonly items: readonly Written[] };
      return items.map(({ metadata, ...object }) => {
        const managedFields = metadata.managedFields?.filter(({ subresource }) => subresource !== 'status');
        return { ...object, status: undefined, metadata: { ...metadata, resourceVersion: undefined, managedFields } };
      });
    };
    const before = await written();
    await twelve(['apply', program, ...target()]);
    expect(await written()).toEqual(before);
  });
});
