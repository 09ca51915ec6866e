import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkObjects } from '../../lib/check/check-objects';
import { Config, Files, Image, type PodPart, Secrets, SecretValue, type TwelveFactorApp, Web } from '../../lib/index';
import { ofKind, synthesize } from './synthesize';

const image = Image.reference('nginx:1.22');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'twelve-files-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const build = (parts: (app: TwelveFactorApp) => readonly PodPart[]) => synthesize((app) => new Web(app, 'web', { image, port: 80, attach: parts(app) }));
const podOf = (objects: readonly any[]) => ofKind(objects, 'Deployment').spec.template.spec;

describe('Files', () => {
  it('are a folder, read-only, under a name that changes with them', () => {
    const pages = (text: string) => build((app) => [Files.folder(app, 'pages', '/srv/www', { 'index.html': text, 'css/shop.css': 'a {}' })]);
    const objects = pages('hello');
    const configMap = ofKind(objects, 'ConfigMap');
    const { containers: [container], volumes } = podOf(objects);
    expect(container.volumeMounts).toEqual([{ name: 'files-shop-pages', mountPath: '/srv/www', readOnly: true }]);
    expect(volumes).toEqual([{ name: 'files-shop-pages', configMap: { name: configMap.metadata.name, items: [{ key: expect.stringMatching(/^css_shop_css-/), path: 'css/shop.css' }, { key: 'index.html', path: 'index.html' }] } }]);
    expect(Object.values(configMap.data)).toEqual(['a {}', 'hello']);
    expect(ofKind(pages('other'), 'ConfigMap').metadata.name).not.toBe(configMap.metadata.name);
    expect(ofKind(pages('hello'), 'ConfigMap').metadata.name).toBe(configMap.metadata.name);
  });

  it('are one file among those of the image', () => {
    const objects = build((app) => [Files.file(app, 'settings', '/etc/nginx/conf.d/shop.conf', 'server {}', { mode: 0o600 })]);
    expect(podOf(objects).containers[0].volumeMounts).toEqual([{ name: 'files-shop-settings', mountPath: '/etc/nginx/conf.d/shop.conf', subPath: 'shop.conf', readOnly: true }]);
    expect(podOf(objects).volumes[0].configMap.defaultMode).toBe(0o600);
  });

  it('are copied from a folder, text as text and bytes as bytes', () => {
    fs.mkdirSync(path.join(folder, 'img'), { recursive: true });
    fs.writeFileSync(path.join(folder, 'a.txt'), 'こんにちは');
    fs.writeFileSync(path.join(folder, 'img/pixel.png'), Buffer.from([0x89, 0x50, 0xff, 0x00]));
    const configMap = ofKind(build((app) => [Files.copy(app, 'pages', '/srv', folder)]), 'ConfigMap');
    expect(configMap.data).toEqual({ 'a.txt': 'こんにちは' });
    expect(Object.values(configMap.binaryData)).toEqual(['iVD/AA==']);
  });

  it('refuses what the server would, and paths that lead out', () => {
    const file = (name: string, content: string | Uint8Array = '') => () => build((app) => [Files.folder(app, 'pages', '/srv', { [name]: content })]);
    expect(file('big.bin', new Uint8Array(1024 * 1024 + 1))).toThrow(/Files "pages": 1025 KiB are more than the 1024 KiB that Kubernetes takes \(big\.bin 1025 KiB\); put them into the image/);
    expect(file('big.bin', new Uint8Array(1024 * 1024))).not.toThrow();
    expect(file('../passwd')).toThrow(/is not the path of a file below the folder/);
    expect(file('/passwd')).toThrow(/is not the path/);
    expect(() => build((app) => [Files.folder(app, 'pages', '/srv', {})])).toThrow(/there is no file/);
    expect(() => build((app) => [Files.copy(app, 'pages', '/srv', '/nowhere/at/all')])).toThrow(/there is no folder/);
    expect(() => build((app) => [Files.folder(app, 'one', '/srv', { a: '' }), Files.folder(app, 'two', '/srv', { a: '' })])).toThrow(/both files-shop-one and files-shop-two are mounted at \/srv/);
  });
});

describe('Config and Secrets as files', () => {
  it('have a file for each variable, or the chosen ones under other names', () => {
    const objects = build((app) => {
      const config = new Config(app, 'config', { LEVEL: 'info', CURRENCY: 'EUR' });
      return [config.asFiles('/etc/shop'), config.asFiles('/etc/other', { names: { LEVEL: 'level.txt' } })];
    });
    const { name } = ofKind(objects, 'ConfigMap').metadata;
    expect(podOf(objects).volumes).toEqual([
      { name: 'files-shop-config', configMap: { name } },
      { name: expect.stringMatching(/^files-shop-config-\w{4}$/), configMap: { name, items: [{ key: 'LEVEL', path: 'level.txt' }] } },
    ]);
  });

  it('come from the Secret that has the value, or from several', () => {
    const objects = build((app) => {
      const own = new Secrets(app, 'own', { A: SecretValue.generated(), B: SecretValue.generated() });
      const two = Secrets.existing(app, 'two', { secret: 'mail', variables: { C: 'password' } });
      return [own.asFiles('/run/own', { names: { B: 'b' } }), two.asFiles('/run/two')];
    });
    expect(podOf(objects).volumes.map(({ secret }: any) => secret)).toEqual([
      { secretName: 'shop-own', items: [{ key: 'B', path: 'b' }] },
      { secretName: 'mail', items: [{ key: 'password', path: 'C' }] },
    ]);
    expect(ofKind(objects, 'Deployment').spec.template.metadata.annotations).toEqual({ 'twelve-factor.dev/expects': 'Secret/mail' });
    expect(checkObjects(objects)).toEqual([]);
  });

  it('refuses names that are not there and two of one file', () => {
    const names = (chosen: Record<string, string>) => () => build((app) => [new Secrets(app, 'own', { A: SecretValue.generated(), B: SecretValue.generated() }).asFiles('/run/own', { names: chosen })]);
    expect(names({ X: 'x' })).toThrow(/Secrets "own": asFiles: there is no X; it has: A, B/);
    expect(names({ A: 'x', B: 'x' })).toThrow(/two values are in the file x/);
    expect(names({ A: '../x' })).toThrow(/below the folder/);
  });
});
