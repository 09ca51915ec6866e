/** A file of a new project. */
export interface ProjectFile {
  readonly name: string;
  readonly text: string;
}

/** What every project has beside its program. @param version of this package */
export function projectFiles(name: string, version: string): readonly ProjectFile[] {
  return [
    {
      name: 'package.json',
      text: json({
        name, private: true,
        scripts: { synth: 'twelve synth', check: 'twelve check', apply: 'twelve apply', types: 'tsc --noEmit' },
        dependencies: { 'cdk8s': '^2.70.0', 'cdk8s-twelve-factor': version === '0.0.0' ? '*' : `^${version}`, 'constructs': '^10.5.0' },
        devDependencies: { '@types/node': '^20', 'typescript': '~5.9.0' },
      }),
    },
    {
      name: 'tsconfig.json',
      text: json({ compilerOptions: { target: 'ES2022', module: 'node16', moduleResolution: 'node16', strict: true, skipLibCheck: true, noEmit: true }, include: ['*.ts'] }),
    },
    // For pipelines that run cdk8s: the same YAML, and the same checks.
    {
      name: 'cdk8s.yaml',
      text: `language: typescript\napp: npx ts-node main.ts\nvalidations:\n  - package: ./node_modules/cdk8s-twelve-factor\n    version: ${version}\n    class: TwelveFactorValidation\n`,
    },
    { name: '.gitignore', text: 'node_modules/\ndist/\n' },
  ];
}

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
