import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { packageFile } from '../../../lib/base/package-root';

/**
 * The public surface as text: every exported name with its signature, without comments. Committed, so that a change of it shows in a diff. Needs the
 * packages of development (typescript, api-extractor).
 */
export async function renderApiReport(): Promise<string> {
  const root = packageFile('.');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'twelve-api-'));
  try {
    const entry = await writeDeclarations(root, folder);
    return await extract(root, folder, entry);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns the declarations of lib/index.ts */
async function writeDeclarations(root: string, folder: string): Promise<string> {
  const { default: ts } = await import('typescript');
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile) as { readonly config: unknown };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const program = ts.createProgram([path.join(root, 'lib/index.ts')], { ...options, declaration: true, emitDeclarationOnly: true, sourceMap: false, outDir: folder, rootDir: root, stripInternal: true });
  program.emit();
  // Packages are found from the declarations as from the sources.
  fs.symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  return path.join(folder, 'lib/index.d.ts');
}

async function extract(root: string, folder: string, entry: string): Promise<string> {
  const { Extractor, ExtractorConfig, ExtractorLogLevel } = await import('@microsoft/api-extractor');
  const tsconfig = path.join(folder, 'tsconfig.json');
  fs.writeFileSync(tsconfig, JSON.stringify({ compilerOptions: { target: 'ES2022', lib: ['es2023'], module: 'node16', moduleResolution: 'node16', skipLibCheck: true, types: ['node'] }, files: [entry] }));
  const quiet = { default: { logLevel: ExtractorLogLevel.None } };
  const config = ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: path.join(root, 'package.json'),
    configObject: {
      projectFolder: folder, mainEntryPointFilePath: entry, newlineKind: 'lf',
      compiler: { tsconfigFilePath: tsconfig },
      apiReport: { enabled: true, reportFileName: 'report', reportFolder: folder, reportTempFolder: path.join(folder, 'temp') },
      docModel: { enabled: false }, dtsRollup: { enabled: false }, tsdocMetadata: { enabled: false },
      messages: { compilerMessageReporting: quiet, extractorMessageReporting: quiet, tsdocMessageReporting: quiet },
    },
  });
  Extractor.invoke(config, { localBuild: true, showVerboseMessages: false, messageCallback: (message) => (message.handled = true) });
  return fs.readFileSync(path.join(folder, 'temp/report.api.md'), 'utf8');
}
