import * as fs from 'node:fs';
import { packageFile } from '../../lib/base/package-root';
import { renderCompatibility } from './compatibility/render';

fs.writeFileSync(packageFile('docs/compatibility.md'), renderCompatibility());
