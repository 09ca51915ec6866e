import * as fs from 'node:fs';
import * as path from 'node:path';

const MANIFEST = /\.(ya?ml|json)$/;
/** Of tools that lie beside manifests. */
const FOREIGN = /^(Chart\.ya?ml|values.*\.ya?ml|kustomization\.ya?ml|cdk8s\.ya?ml|skaffold\.ya?ml|(docker-)?compose.*\.ya?ml|package(-lock)?\.json|tsconfig.*\.json|construct-metadata\.json)$/;

/**
 * The YAML and JSON files under a folder, in the order of their names. Hidden folders and node_modules are not looked into. Templates of a Helm chart are no YAML yet, and are told
 * as skipped.
 */
export function listManifestFiles(folder: string): { readonly files: readonly string[]; readonly skipped: readonly string[] } {
  const files: string[] = [];
  const skipped: string[] = [];
  const isChart = fs.existsSync(path.join(folder, 'Chart.yaml'));
  for (const entry of fs.readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const full = path.join(folder, entry.name);
    const isFolder = entry.isDirectory() || (entry.isSymbolicLink() && fs.statSync(full, { throwIfNoEntry: false })?.isDirectory() === true);
    if (isFolder && (entry.name.startsWith('.') || entry.name === 'node_modules')) continue;
    if (isFolder && isChart && entry.name === 'templates') skipped.push(full);
    else if (isFolder && !entry.isSymbolicLink()) {
      const below = listManifestFiles(full);
      files.push(...below.files);
      skipped.push(...below.skipped);
    } else if (!isFolder && MANIFEST.test(entry.name)) (FOREIGN.test(entry.name) ? skipped : files).push(full);
  }
  return { files, skipped };
}
