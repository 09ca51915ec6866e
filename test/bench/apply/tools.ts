import fs from 'node:fs';
import path from 'node:path';
import { dump } from 'js-yaml';
import { kubectlVersions } from '../../e2e/harness/kubectl';
import { tryGoTool } from '../go-tool';
import { mixedObjects } from './objects';

/** One way to bring objects to a cluster, with a namespace and a folder of its own. */
export interface Tool {
  readonly label: string;
  readonly namespace: string;
  readonly env: Readonly<Record<string, string>>;
  write(count: number, revision: number): void;
  words(kubeconfig: string): readonly string[];
}

const root = path.resolve(__dirname, '../../..');

/** Ours with a file and with a program, and its peers as far as they are here: kubectl, and helm where Go can build it. */
export function toolsIn(folder: string, namespace: (label: string) => string): readonly Tool[] {
  const twelve = [process.execPath, path.join(root, 'build/apps/cli/main.js'), 'apply', '--kubeconfig'];
  const kubectl = kubectlVersions(['1.28'])[0]?.program;
  const helm = tryGoTool(path.join(root, '.cache/bench/bin'), 'helm.sh/helm/v3/cmd/helm@v3.22.0');
  const tool = (label: string, files: (objects: readonly object[], own: string) => void, words: (kubeconfig: string, own: string, space: string) => readonly string[]): Tool => {
    const own = path.join(folder, label.replace(/\W+/g, '-'));
    const space = namespace(label.replace(/\W+/g, '-').toLowerCase());
    fs.mkdirSync(own, { recursive: true });
    return {
      label, namespace: space, env: { HELM_CACHE_HOME: own, HELM_CONFIG_HOME: own, HELM_DATA_HOME: own, HOME: own, NO_COLOR: '1' },
      write: (count, revision) => files(mixedObjects(count, space, revision), own),
      words: (kubeconfig) => words(kubeconfig, own, space),
    };
  };
  const manifest = (objects: readonly object[], own: string) => fs.writeFileSync(path.join(own, 'all.yaml'), yaml(objects));
  return [
    tool('twelve apply file', manifest, (kubeconfig, own, space) => [...twelve, kubeconfig, '-n', space, path.join(own, 'all.yaml')]),
    tool('twelve apply program', program, (kubeconfig, own, space) => [...twelve, kubeconfig, '-n', space, path.join(own, 'main.ts')]),
    ...(kubectl ? [
      tool('kubectl apply --server-side', manifest, (kubeconfig, own, space) => [kubectl, '--kubeconfig', kubeconfig, '-n', space, 'apply', '--server-side', '-f', path.join(own, 'all.yaml')]),
      tool('kubectl apply', manifest, (kubeconfig, own, space) => [kubectl, '--kubeconfig', kubeconfig, '-n', space, 'apply', '-f', path.join(own, 'all.yaml')]),
    ] : []),
    ...(helm ? [tool('helm upgrade --install', chart, (kubeconfig, own, space) => [helm, '--kubeconfig', kubeconfig, '-n', space, 'upgrade', '--install', 'bench', path.join(own, 'chart')])] : []),
  ];
}

const yaml = (objects: readonly object[]) => objects.map((object) => dump(object, { lineWidth: -1, noRefs: true })).join('---\n');

function program(objects: readonly object[], own: string): void {
  fs.writeFileSync(path.join(own, 'main.ts'), `
import { ApiObject } from 'cdk8s';
import { TwelveFactorApp } from 'cdk8s-twelve-factor';
const app = new TwelveFactorApp('bench');
const objects = ${JSON.stringify(objects)};
objects.forEach((object, index) => new ApiObject(app.chart, String(index), object));
app.synth();
`);
}

function chart(objects: readonly object[], own: string): void {
  fs.mkdirSync(path.join(own, 'chart/templates'), { recursive: true });
  fs.writeFileSync(path.join(own, 'chart/Chart.yaml'), 'apiVersion: v2\nname: bench\nversion: 1.0.0\n');
  fs.writeFileSync(path.join(own, 'chart/templates/all.yaml'), yaml(objects));
}
