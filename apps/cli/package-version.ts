import * as fs from 'node:fs';
import { packageFile } from '../../lib/base/package-root';

export function packageVersion(): string {
  return (JSON.parse(fs.readFileSync(packageFile('package.json'), 'utf8')) as { readonly version: string }).version;
}
