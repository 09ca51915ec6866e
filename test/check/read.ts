import { type CheckOptions, type CheckResult, checkManifests } from '../../lib/check/check-manifests';
import { locateFindings } from '../../lib/check/locate';
import { readManifests } from '../../lib/check/read-manifests';

/** Checks a YAML text as a file `all.yaml`. */
export function checkText(text: string, options: CheckOptions = {}): CheckResult {
  const { manifests, problems } = readManifests(text, 'all.yaml');
  return checkManifests(manifests, { ...options, unreadable: problems });
}

/** `error grace-period all.yaml:3:5`, for each finding. */
export async function places(text: string, options: CheckOptions = {}): Promise<readonly string[]> {
  const { findings } = checkText(text, options);
  return (await locateFindings(findings)).map(({ severity, rule, location }) => `${severity} ${rule} ${location?.file}:${location?.line}:${location?.column}`);
}
