import * as fs from 'node:fs';
import { packageFile } from '../../lib/base/package-root';
import { renderCompatibility } from './compatibility/render';
import { constructPages, trySynthesizeExample } from './constructs/examples';
import { insertYaml } from './constructs/insert-yaml';
import { renderLinters } from './linters/render';
import { renderRules } from './rules/render';

/** Writes the generated parts of docs/. A golden test fails when one is not what this writes. */
async function main(): Promise<void> {
  fs.writeFileSync(packageFile('docs/compatibility.md'), renderCompatibility());
  fs.writeFileSync(packageFile('docs/rules.md'), renderRules());
  fs.writeFileSync(packageFile('docs/linters.md'), renderLinters());
  for (const page of constructPages()) {
    const yaml = await trySynthesizeExample(page, process.env);
    const file = packageFile(page);
    if (yaml !== undefined) fs.writeFileSync(file, insertYaml(fs.readFileSync(file, 'utf8'), yaml));
  }
}

void main();
