// Generated from .projenrc.ts; edit that.
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
