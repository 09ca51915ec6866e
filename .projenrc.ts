import { JsonFile, TextFile, javascript, typescript } from 'projen';

/**
 * Who may import whom (docs/architecture.md §2). One table: ESLint enforces it, a new folder is one new line.
 * A folder may always import itself. `packages` are the external modules that only this folder may load.
 */
const LAYERS: Record<string, { readonly mayImport: readonly string[]; readonly packages?: readonly string[] }> = {
  'lib/base': { mayImport: [] },
  'lib/api': { mayImport: ['lib/base'] },
  'lib/constructs': { mayImport: ['lib/api', 'lib/base'], packages: ['cdk8s', 'cdk8s-plus-28', 'constructs'] },
  'lib/check': { mayImport: ['lib/api', 'lib/base'] },
  'lib/client': { mayImport: ['lib/api', 'lib/base'] },
  'lib/apply': { mayImport: ['lib/client', 'lib/check', 'lib/api', 'lib/base'] },
  'lib/store': { mayImport: ['lib/api', 'lib/base'], packages: ['libsql'] },
  'lib/cri': { mayImport: ['lib/api', 'lib/base'], packages: ['dockerode'] },
  'lib/apiserver': { mayImport: ['lib/store', 'lib/api', 'lib/base'] },
  'lib/controllers': { mayImport: ['lib/client', 'lib/api', 'lib/base'] },
  'lib/scheduler': { mayImport: ['lib/client', 'lib/api', 'lib/base'] },
  'lib/proxy': { mayImport: ['lib/client', 'lib/api', 'lib/base'] },
  'lib/network-policy': { mayImport: ['lib/client', 'lib/api', 'lib/base'] },
  'lib/ingress': { mayImport: ['lib/client', 'lib/api', 'lib/base'] },
  'lib/dns': { mayImport: ['lib/client', 'lib/api', 'lib/base'], packages: ['dns-packet'] },
  'lib/kubelet': { mayImport: ['lib/client', 'lib/cri', 'lib/api', 'lib/base'] },
  'lib/cluster': {
    mayImport: ['lib/store', 'lib/apiserver', 'lib/controllers', 'lib/scheduler', 'lib/proxy', 'lib/network-policy', 'lib/ingress', 'lib/dns', 'lib/kubelet', 'lib/cri', 'lib/client', 'lib/api', 'lib/base'],
    packages: ['@peculiar/x509'],
  },
  'lib/validation': { mayImport: ['lib/apply', 'lib/check', 'lib/api', 'lib/base'] },
  'lib/testing': { mayImport: ['lib/constructs', 'lib/cluster', 'lib/client', 'lib/cri', 'lib/api', 'lib/base'] },
  'apps': { mayImport: ['lib'] },
};

const project = new typescript.TypeScriptProject({
  name: 'cdk8s-twelve-factor',
  description: 'Infrastructure as code for Twelve-Factor applications: typed constructs, one apply engine, and a bundled Kubernetes runtime on Docker',
  defaultReleaseBranch: 'main',
  packageManager: javascript.NodePackageManager.NPM,
  projenVersion: '0.103.25',
  license: 'Apache-2.0',
  copyrightOwner: 'The cdk8s-twelve-factor authors',
  minNodeVersion: '20.19.0',
  typescriptVersion: '~5.9.0',
  srcdir: 'lib',
  libdir: 'build',
  entrypoint: 'build/lib/index.js',
  bin: { twelve: 'build/apps/cli/main.js' },
  sampleCode: false,
  github: false,
  release: false,
  depsUpgrade: false,
  jest: false,
  eslint: false,
  package: false,
  readme: undefined,
  projenrcTs: true,
  projenrcTsOptions: { projenCodeDir: '.projen/rc' },
  tsconfig: {
    include: ['lib/**/*.ts', 'apps/**/*.ts'],
    compilerOptions: {
      rootDir: '.', target: 'ES2022', lib: ['es2023'], module: 'node16', moduleResolution: javascript.TypeScriptModuleResolution.NODE16,
      skipLibCheck: true, noUnusedLocals: true, noUnusedParameters: true, noImplicitOverride: true, sourceMap: true, inlineSourceMap: false, inlineSources: false,
    },
  },
  tsconfigDev: {
    fileName: 'tsconfig.dev.json',
    include: ['lib/**/*.ts', 'apps/**/*.ts', 'test/**/*.ts', 'vitest.config.mts'],
    compilerOptions: {
      rootDir: '.', target: 'ES2022', lib: ['es2023'], module: 'node16', moduleResolution: javascript.TypeScriptModuleResolution.NODE16,
      skipLibCheck: true, noImplicitOverride: true,
      // Examples import the package by its name; ts-node, as cdk8s synth runs it, cannot find the sources behind build/ by itself.
      paths: { 'cdk8s-twelve-factor': ['./lib/index.ts'] },
    },
  },
  gitignore: ['/build/', '/dist/', '/coverage/', '/.cache/', '*.tsbuildinfo', '/apps/examples/*/dist/'],
  deps: [
    'cdk8s@^2.70.0', 'cdk8s-plus-28@^2.5.0', 'constructs@^10.5.0', 'kubernetes-types@1.30.0',
    'ajv@^8', 'commander@^14', 'dns-packet@^5.6.0', 'dockerode@^5', 'esbuild@^0.28.0', 'fast-json-patch@^3.1.1', 'jose@^6', 'js-yaml@^5', 'libsql@^0.5.29',
    'picocolors@^1.1.1', 'yaml@^2.9.0', '@viz-js/viz@^3.0.0', '@peculiar/x509@^2', 'reflect-metadata@^0.2.0', 'ws@^8', 'tar-stream@^3',
  ],
  devDeps: [
    '@types/dockerode', '@types/dns-packet', '@types/node@^20', '@types/ws', '@types/tar-stream', 'cdk8s-cli@^2', 'eslint@^10', 'typescript-eslint@^8', 'eslint-plugin-import-x@^4',
    'eslint-import-resolver-typescript@^4', 'fast-check@^4', 'vitest@^4', 'ts-node@^10', 'typedoc@^0.28.0', '@microsoft/api-extractor@^7',
  ],
});

project.npmignore?.addPatterns(...['/apps/**/*.ts', '/lib/**/*.ts', '/test/', '/.projenrc.ts', '/eslint.config.mjs', '/vitest.config.mts', '/.ci/', '/tsconfig*.json']);

// 1.13.0 asks for platform packages that were never published, and `npm ci` refuses a lock file without them.
project.package.addField('overrides', { 'unrs-resolver': '1.12.2' });

project.package.addField('exports', {
  '.': './build/lib/index.js',
  './testing': './build/lib/testing/index.js',
  './trace': './build/lib/trace.js',
  './package.json': './package.json',
});

// These run before node_modules exists, so they are plain Node programs and not projen tasks.
project.package.setScript('test', 'node test/run.mjs');
project.package.setScript('demo', 'node apps/examples/demo.mjs');
project.package.setScript('twelve', 'node apps/cli/from-checkout.mjs');
project.package.setScript('build', 'projen build');
project.package.setScript('lint', 'projen lint');
project.package.setScript('bench', 'node test/bench/run.mjs');
project.package.setScript('docs', 'node apps/setup/compile.mjs && node build/apps/docs/main.js && node build/apps/docs/api/main.js && typedoc');
project.package.setScript('compile', 'node apps/setup/compile.mjs');

const lint = project.addTask('lint', { description: 'Layers, cycles and style', exec: 'eslint lib apps test .projenrc.ts' });
project.compileTask.reset('tsc --noEmit -p tsconfig.dev.json');
project.compileTask.exec('tsc -p tsconfig.json');
project.postCompileTask.exec('node apps/setup/compile.mjs'); // adds the bundle that makes a synthesis quick
project.testTask.reset('vitest run --project unit --project contract --project golden --project integration');
project.preCompileTask.spawn(lint);

const npmrc = new TextFile(project, '.npmrc', { lines: ['omit-lockfile-registry-resolved=true', 'fund=false', 'audit=false'] });
void npmrc;

new JsonFile(project, 'typedoc.json', {
  marker: false,
  obj: {
    $schema: 'https://typedoc.org/schema.json', name: 'cdk8s-twelve-factor', entryPoints: ['lib/index.ts'], out: 'build/api', tsconfig: 'tsconfig.dev.json', readme: 'none',
    excludeInternal: true, skipErrorChecking: true, disableSources: true, treatWarningsAsErrors: true,
    // Parts of types that have pages.
    intentionallyNotExported: ['Choices', 'CommonOptions', 'DatabasePart', 'Either', 'GenericCommonOptions', 'ValidationContext'],
  },
});

new JsonFile(project, '.projen/layers.json', { obj: LAYERS, marker: false });

new TextFile(project, 'eslint.config.mjs', {
  marker: true,
  lines: `// Generated from .projenrc.ts; edit that.
import fs from 'node:fs';
import importX from 'eslint-plugin-import-x';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import tseslint from 'typescript-eslint';

const layers = JSON.parse(fs.readFileSync(new URL('.projen/layers.json', import.meta.url), 'utf8'));
const folders = Object.keys(layers);
const owned = folders.flatMap((folder) => (layers[folder].packages ?? []).map((name) => ({ folder, name })));

const layerRules = folders.map((folder) => ({
  files: [folder + '/**/*.ts'],
  rules: {
    'import-x/no-restricted-paths': ['error', {
      zones: [{
        target: './' + folder,
        from: ['./apps', './test', ...folders.filter((f) => f.startsWith('lib/')).map((f) => './' + f)]
          .filter((from) => from !== './' + folder && !layers[folder].mayImport.some((m) => from === './' + m || from.startsWith('./' + m + '/'))),
        message: folder + ' may import only ' + (layers[folder].mayImport.join(', ') || 'nothing') + ' (.projenrc.ts, LAYERS)',
      }],
    }],
    'no-restricted-imports': ['error', {
      paths: owned.filter((o) => folder !== 'apps' && o.folder !== folder && !(folder === 'lib/testing' && o.folder === 'lib/constructs'))
        .map((o) => ({ name: o.name, message: 'only ' + o.folder + ' may load ' + o.name, allowTypeImports: false })),
    }],
  },
}));

export default tseslint.config(
  { ignores: ['build/**', 'node_modules/**', '**/*.mjs', '**/*.d.ts', 'apps/examples/*/dist/**'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommended],
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver({ project: 'tsconfig.dev.json' })] },
    rules: {
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' }],
      'max-lines': ['error', { max: 500 }],
      'quotes': ['error', 'single', { avoidEscape: true, allowTemplateLiterals: true }],
      'max-len': ['warn', { code: 180, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreRegExpLiterals: true }],
    },
  },
  {
    files: ['lib/**/*.ts'],
    rules: {
      'no-restricted-properties': ['error', { object: 'process', property: 'env', message: 'read the environment in apps/, pass values in' }],
      'no-console': 'error',
    },
  },
  ...layerRules,
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-non-null-assertion': 'off', '@typescript-eslint/no-explicit-any': 'off' } },
);
`.split('\n'),
});

project.synth();
