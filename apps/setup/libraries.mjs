// What every program loads, as one file with V8's code cache: reading it takes a quarter of the time of the hundreds of files it is made of.
// Used by lib/apply/synth/libraries.ts, which does without when it is missing.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
const require = createRequire(import.meta.url);
const folder = path.join(root, 'build/lib/apply/synth');
export const bundle = path.join(folder, 'libraries.cjs');

/** Needs build/lib/index.js. Keep the names as in lib/apply/synth/libraries.ts. */
export function bundleLibraries() {
  const { outputFiles } = require('esbuild').buildSync({
    stdin: {
      resolveDir: root,
      contents: `
        exports['cdk8s-twelve-factor'] = require('./build/lib/index.js');
        exports['cdk8s-twelve-factor/trace'] = require('./build/lib/trace.js');
        exports['cdk8s'] = require('cdk8s');
        exports['constructs'] = require('constructs');
        exports['cdk8s-plus-28/lib/imports/k8s'] = require('cdk8s-plus-28/lib/imports/k8s');`,
    },
    bundle: true, format: 'cjs', platform: 'node', target: 'node20', minify: true, keepNames: true, write: false, logLevel: 'warning',
  });
  replaceFile(bundle, outputFiles[0].contents);
  replaceFile(bundle.replace(/cjs$/, 'cache'), codeCache(outputFiles[0].text));
}

function codeCache(text) {
  const script = new vm.Script(`(function (exports, require, module, __filename, __dirname) {${text}\n})`, { filename: bundle });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, require, module, bundle, path.dirname(require.resolve('cdk8s')));
  warmUp(module.exports['cdk8s-twelve-factor']);
  return script.createCachedData();
}

/** V8 keeps the functions that have been called: a program of each construct. */
function warmUp({ BackingService, Config, Health, Image, Secrets, SecretValue, TwelveFactorApp, Web, Worker }) {
  const app = new TwelveFactorApp('app', { environments: { default: {} } });
  const image = Image.reference('app:1');
  const env = [BackingService.mariadb(app, 'db'), BackingService.redis(app, 'cache'), new Config(app, 'config', { A: 'a' }), new Secrets(app, 'secrets', { B: SecretValue.generated() })];
  new Web(app, 'web', { image, port: 80, env, health: Health.http('/') }).expose();
  new Worker(app, 'worker', { image });
  app.synthYaml();
}

function replaceFile(file, contents) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}`;
  fs.writeFileSync(temporary, contents);
  fs.renameSync(temporary, file);
}
