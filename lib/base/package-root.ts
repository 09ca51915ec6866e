import * as fs from 'node:fs';
import * as path from 'node:path';

let root: string | undefined;

/**
 * The path of a data file that ships with the package, given relative to the package's folder
 * (`lib/api/facts/discovery.json`). Works from the sources and from the build output.
 */
export function packageFile(relative: string): string {
  root ??= findRoot(__dirname);
  return path.join(root, relative);
}

function findRoot(start: string): string {
  for (let folder = start; ; folder = path.dirname(folder)) {
    const file = path.join(folder, 'package.json');
    if (fs.existsSync(file) && JSON.parse(fs.readFileSync(file, 'utf8')).name === 'cdk8s-twelve-factor') return folder;
    if (folder === path.dirname(folder)) throw new Error(`cdk8s-twelve-factor: its package.json is not found above ${start}; reinstall the package`);
  }
}
