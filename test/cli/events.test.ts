import * as fs from 'node:fs';
import * as path from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { commands } from '../../apps/cli/commands/index';

const ROOT = path.resolve(__dirname, '../..');
const TYPES = path.join(ROOT, 'apps/cli/output/command-event.ts');

/** Stage → names of its fields, with `?` where they may be missing, of the type StreamEvent. */
function typedFields(): Readonly<Record<string, readonly string[]>> {
  const program = ts.createProgram([TYPES], { strict: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.Node16, moduleResolution: ts.ModuleResolutionKind.Node16, skipLibCheck: true, types: ['node'] });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(TYPES);
  const alias = source?.statements.find((statement): statement is ts.TypeAliasDeclaration => ts.isTypeAliasDeclaration(statement) && statement.name.text === 'StreamEvent');
  if (!alias) throw new Error(`${TYPES} has no type StreamEvent`);
  const type = checker.getTypeAtLocation(alias);
  const members = type.isUnion() ? type.types : [type];
  return Object.fromEntries(members.map((member) => {
    const properties = member.getProperties();
    const stage = properties.find(({ name }) => name === 'stage');
    const literal = stage && checker.getTypeOfSymbol(stage);
    if (!literal?.isStringLiteral()) throw new Error('an event has no stage');
    const names = properties.filter(({ name }) => name !== 'stage' && name !== 'time').map(({ name, flags }) => `${name}${flags & ts.SymbolFlags.Optional ? '?' : ''}`);
    return [literal.value, names.sort()];
  }));
}

/** The same, of docs/events.md. */
function documentedFields(): Readonly<Record<string, readonly string[]>> {
  const [, ...sections] = fs.readFileSync(path.join(ROOT, 'docs/events.md'), 'utf8').split(/^## /m);
  return Object.fromEntries(sections.map((section) => [/^`(\w+)`/.exec(section)?.[1] ?? section, [...section.matchAll(/^\| `(\w+\??)` \|/gm)].map(([, name]) => name).sort()]));
}

it('docs/events.md has every event with its fields, and no others', () => {
  expect(documentedFields()).toEqual(typedFields());
}, 60_000);

it('docs/events.md names the commands that write a stream', async () => {
  const all = await Promise.all(Object.values(commands).map((load) => load()));
  const [, list = ''] = /`--output json` of ([^]*?) writes one JSON object a line/.exec(fs.readFileSync(path.join(ROOT, 'docs/events.md'), 'utf8')) ?? [];
  const named = [...list.matchAll(/`(?:twelve )?(\w+)`/g)].map(([, name]) => name);
  expect(named.sort()).toEqual(all.filter(({ events }) => events).map(({ name }) => name).sort());
});
