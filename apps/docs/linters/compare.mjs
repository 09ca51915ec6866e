/**
 * Records what kube-score finds in manifests, for test/golden/findings/kube-score.json:
 *
 *     go install github.com/zegl/kube-score/cmd/kube-score@v1.20.0
 *     node apps/docs/linters/compare.mjs kube-score FILE.yaml... > test/golden/findings/kube-score.json
 *
 * Run by hand after the manifests have changed: it needs Go. Optional checks are left out, as kube-score does.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const ALL_OK = 10;
const [program, ...files] = process.argv.slice(2);
if (!program || files.length === 0) throw new Error('name the program kube-score and the files');

const findings = files.flatMap((file) => {
  // It exits with 1 when it finds something.
  const { stdout, error } = spawnSync(program, ['score', '--output-format', 'json', file], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (error) throw error;
  return JSON.parse(stdout).flatMap(({ type_meta: { kind }, object_meta: { name }, checks }) => checks
    .filter(({ grade, skipped }) => !skipped && grade < ALL_OK)
    .map(({ check: { id }, comments }) => ({ file: path.basename(file), object: `${kind} ${name}`, check: id, says: [...new Set((comments ?? []).map(({ summary }) => summary))].sort() })));
});

const text = (finding) => JSON.stringify(finding);
process.stdout.write(`[\n${findings.map((finding) => `  ${text(finding)}`).sort().join(',\n')}\n]\n`);
