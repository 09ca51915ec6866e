import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseYaml } from '../api/decode/yaml';
import { kubeletConfiguration, type KubeletConfiguration } from '../kubelet/configuration/kubelet-configuration';

/** Where a node looks for how its kubelet behaves: a KubeletConfiguration of upstream, JSON or YAML. */
export const kubeletConfigurationFile = (nodeDirectory: string) => path.join(nodeDirectory, 'kubelet.yaml');

/** As the file of the node says; upstream's defaults without one. Throws with the file's name. */
export function readKubeletConfiguration(nodeDirectory: string): KubeletConfiguration {
  const file = kubeletConfigurationFile(nodeDirectory);
  return fs.existsSync(file) ? parseKubeletConfiguration(file) : kubeletConfiguration();
}

/** Throws with the file's name and what is wrong in it. */
export function parseKubeletConfiguration(file: string): KubeletConfiguration {
  try {
    return kubeletConfiguration(parseYaml(fs.readFileSync(file, 'utf8')) ?? {});
  } catch (error) {
    throw new Error(`${file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** The folder with `pods/` and `containers/`. */
export function logDirectoryOf({ podLogsDirectory }: KubeletConfiguration): string | undefined {
  return podLogsDirectory === undefined ? undefined : path.dirname(podLogsDirectory);
}
