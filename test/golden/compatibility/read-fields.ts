import * as path from 'node:path';
import ts from 'typescript';

const root = path.resolve(__dirname, '../../..');
const TYPES = `${path.sep}kubernetes-types${path.sep}`;

/** Which source files read each field of Kubernetes' types: `core/v1 Container.workingDir` → files relative to the repository's root. */
export type FieldReaders = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Finds, with the type checker, every place below the folders where a field of a Kubernetes type is read: by a property access, by destructuring, or by
 * its name in a position that TypeScript knows to be a key of that type (`'image' satisfies keyof Container`).
 */
export function findFieldReaders(folders: readonly string[]): FieldReaders {
  const config = ts.getParsedCommandLineOfConfigFile(path.join(root, 'tsconfig.json'), {}, { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (diagnostic) => { throw new Error(String(diagnostic.messageText)); } });
  if (!config) throw new Error('tsconfig.json cannot be read');
  const program = ts.createProgram(config.fileNames, { ...config.options, noEmit: true });
  const checker = program.getTypeChecker();
  const readers = new Map<string, Set<string>>();

  for (const source of program.getSourceFiles()) {
    const file = path.relative(root, source.fileName).split(path.sep).join('/');
    if (!folders.some((folder) => file.startsWith(`${folder}/`) || file === folder)) continue;
    const note = (symbol: ts.Symbol | undefined) => {
      for (const declaration of symbol?.declarations ?? []) {
        const key = tryFieldKey(declaration);
        if (!key) continue;
        const files = readers.get(key) ?? new Set();
        readers.set(key, files.add(file));
      }
    };
    const visit = (node: ts.Node): void => {
      if (ts.isPropertyAccessExpression(node)) note(checker.getSymbolAtLocation(node.name));
      if (ts.isElementAccessExpression(node)) for (const name of literals(checker, node.argumentExpression)) note(propertyOf(checker, node.expression, name));
      if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent)) noteBinding(checker, node, note);
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return readers;
}

function noteBinding(checker: ts.TypeChecker, element: ts.BindingElement, note: (symbol: ts.Symbol | undefined) => void): void {
  if (element.dotDotDotToken) return;
  const name = element.propertyName ?? element.name;
  if (!ts.isIdentifier(name) && !ts.isStringLiteral(name)) return;
  for (const symbol of propertiesNamed(checker.getTypeAtLocation(element.parent), name.text)) note(symbol);
}

const propertyOf = (checker: ts.TypeChecker, object: ts.Expression, name: string) => propertiesNamed(checker.getTypeAtLocation(object), name)[0];

function propertiesNamed(type: ts.Type, name: string): readonly (ts.Symbol | undefined)[] {
  return type.isUnion() ? type.types.flatMap((member) => propertiesNamed(member, name)) : [type.getProperty(name)];
}

/** `object[field]` reads every field whose name the type of `field` admits. */
function literals(checker: ts.TypeChecker, expression: ts.Expression): readonly string[] {
  const type = checker.getTypeAtLocation(expression);
  const all = type.isUnion() ? type.types : [type];
  return all.flatMap((member) => (member.isStringLiteral() ? [member.value] : []));
}

function tryFieldKey(declaration: ts.Declaration): string | undefined {
  const { fileName } = declaration.getSourceFile();
  const at = fileName.split('/').join(path.sep).indexOf(TYPES);
  if (at < 0 || !ts.isPropertySignature(declaration) || !ts.isInterfaceDeclaration(declaration.parent)) return undefined;
  const group = fileName.slice(at + TYPES.length).replace(/(\.d)?\.ts$/, '');
  return `${group} ${declaration.parent.name.text}.${declaration.name.getText()}`;
}
