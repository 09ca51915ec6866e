import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { kubeLinter } from '../../../apps/docs/linters/kube-linter';
import { kubeScore } from '../../../apps/docs/linters/kube-score';
import { differences } from '../../../apps/docs/linters/kube-score-differences';
import { polaris } from '../../../apps/docs/linters/polaris';
import { countChecks, linters, renderLinters } from '../../../apps/docs/linters/render';
import { parseManifests } from '../../../lib/apply/load/parse-manifests';
import { checkObjects } from '../../../lib/check/check-objects';
import { rules } from '../../../lib/check/index';
import recorded from './kube-score.json';

const root = path.resolve(__dirname, '../../..');
const manifestsOf = (file: string) => path.join(root, file === 'blog.yaml' ? 'test/golden/blog.yaml' : `test/golden/findings/manifests/${file}`);

describe('docs/linters.md', () => {
  it('is what the tables say (npm run docs writes it)', () => {
    expect(fs.readFileSync(path.join(root, 'docs/linters.md'), 'utf8')).toBe(renderLinters());
  });

  it('has every check of the three linters, each once', () => {
    expect([kubeLinter, kubeScore, polaris].map(({ checks }) => countChecks(checks))).toEqual([63, 39, 45]);
    for (const { name, checks } of linters) expect(checks.length, name).toBe(new Set(checks.map(({ check, says }) => `${check} ${says}`)).size);
  });

  it('names rules that exist, or gives a reason', () => {
    const ids = new Set(rules.map(({ id }) => id));
    const unknown = linters.flatMap(({ checks }) => checks.flatMap(({ rules: named, note }) => (named.length === 0 && !note ? ['a line without a rule or a reason'] : named.filter((id) => !ids.has(id)))));
    expect(unknown).toEqual([]);
  });
});

describe('what kube-score finds in the sample manifests and the examples', () => {
  const ours = new Map([...new Set(recorded.map(({ file }) => file))].map((file) => {
    const objects = parseManifests(fs.readFileSync(manifestsOf(file), 'utf8'), file).map(({ object }) => object);
    return [file, { objects: objects.map(({ kind, metadata: { name } }) => `${kind} ${name}`), findings: checkObjects(objects).map(({ rule, object: { kind, metadata: { name } } }) => `${kind} ${name}: ${rule}`) }] as const;
  }));
  /** One entry for each line of the table that a recorded finding belongs to. */
  const entries = recorded.flatMap(({ file, object, check, says }) => kubeScore.checks
    .filter((line) => line.check === check && (!line.says || says.some((text) => text.startsWith(line.says ?? ''))))
    .map((line) => ({ file, object, line })));
  const isDifference = ({ file, object, line }: (typeof entries)[number]) => differences.some((difference) =>
    difference.file === file && difference.objects.includes(object) && difference.check === line.check && difference.says === line.says);
  const isFound = ({ file, object, line }: (typeof entries)[number]) => line.rules.some((rule) => ours.get(file)?.findings.includes(`${object}: ${rule}`));

  it('belongs to a line of the table, and to an object that is still there', () => {
    expect(recorded.filter(({ file, object, check }) => !ours.get(file)?.objects.includes(object) || !kubeScore.checks.some((line) => line.check === check))).toEqual([]);
    expect(recorded.filter(({ file, object, check }) => !entries.some((entry) => entry.file === file && entry.object === object && entry.line.check === check))).toEqual([]);
  });

  it('is found here too, or has its reason', () => {
    const unexplained = entries.filter((entry) => entry.line.rules.length > 0 && !entry.line.narrower && !isFound(entry) && !isDifference(entry));
    expect(unexplained.map(({ file, object, line }) => `${file} ${object}: ${line.check}${line.says ? ` (${line.says})` : ''}`)).toEqual([]);
  });

  it('is no listed difference where it is found here', () => {
    const needed = (difference: (typeof differences)[number], object: string) => entries.some((entry) =>
      entry.file === difference.file && entry.object === object && entry.line.check === difference.check && entry.line.says === difference.says && !isFound(entry));
    expect(differences.flatMap((difference) => difference.objects.filter((object) => !needed(difference, object)).map((object) => `${difference.file} ${object}: ${difference.check}`))).toEqual([]);
  });
});
