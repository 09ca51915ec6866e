import * as fs from 'node:fs';
import * as path from 'node:path';

/** Removes what an earlier synthesis left; other files stay. */
export function removeManifests(folder: string): void {
  if (!fs.existsSync(folder)) return;
  for (const name of fs.readdirSync(folder).filter((file) => file.endsWith('.k8s.yaml'))) fs.rmSync(path.join(folder, name));
}

/** The YAML files that a program wrote, in order. Throws when there is none. */
export function findManifests(folder: string, program: string): readonly string[] {
  const names = fs.existsSync(folder) ? fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.ya?ml$/.test(name)).sort() : [];
  if (names.length === 0) throw new Error(`${program} wrote no YAML; end it with app.synth()`);
  return names.map((name) => path.join(folder, name));
}

/** Brings a folder's manifests to what was synthesized elsewhere. Files that are the same are not written, so that whoever watches them is not woken. @returns names of the files that changed */
export function moveManifests(from: string, to: string, program: string): readonly string[] {
  const names = findManifests(from, program).map((file) => path.relative(from, file));
  const changed = names.filter((name) => {
    const text = fs.readFileSync(path.join(from, name), 'utf8');
    const target = path.join(to, name);
    fs.rmSync(path.join(from, name));
    if (fs.existsSync(target) && fs.readFileSync(target, 'utf8') === text) return false;
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, text);
    return true;
  });
  const gone = fs.readdirSync(to).filter((name) => name.endsWith('.k8s.yaml') && !names.includes(name));
  for (const name of gone) fs.rmSync(path.join(to, name));
  return [...changed, ...gone];
}
