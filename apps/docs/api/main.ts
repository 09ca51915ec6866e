import * as fs from 'node:fs';
import { packageFile } from '../../../lib/base/package-root';
import { renderApiReport } from './report';

/** Writes docs/api-report.md. Apart from the other generated pages because it type-checks the package. */
async function main(): Promise<void> {
  fs.writeFileSync(packageFile('docs/api-report.md'), await renderApiReport());
}

void main();
