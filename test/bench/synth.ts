import path from 'node:path';
import { run } from '../e2e/harness/command';
import { repeat, report } from './statistics';

const root = path.resolve(__dirname, '../../..');
const example = path.join(root, 'apps/examples/blog');

/** Cold `twelve synth` of the blog against `cdk8s synth` with ts-node, its template's default. Budget: 200 ms. */
async function main() {
  const twelve = report('twelve synth', await repeat(7, () => run(process.execPath, [path.join(root, 'build/apps/cli/main.js'), 'synth', path.join(example, 'main.ts'), '--stdout'])));
  const cdk8s = report('cdk8s synth (ts-node)', await repeat(3, () => run(path.join(root, 'node_modules/.bin/cdk8s'), ['synth', '--app', `npx ts-node -P ${path.join(root, 'tsconfig.dev.json')} main.ts`, '--stdout'], { cwd: example })));
  console.log(`ratio ${(twelve / cdk8s).toFixed(3)} of cdk8s synth`);
}

void main();
