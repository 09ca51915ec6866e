import * as fs from 'node:fs';
import { packageFile } from '../../base/package-root';
import type { ApiRequest, ApiResponse } from '../../api/request';
import type { ServerContext } from '../call';

let facts: Readonly<Record<string, unknown>> | undefined;

/** What groups, versions and resources there are. undefined: another path. */
export function discovery(_server: ServerContext, _request: ApiRequest, path: string): ApiResponse | undefined {
  facts ??= JSON.parse(fs.readFileSync(packageFile('lib/api/facts/discovery.json'), 'utf8')) as Readonly<Record<string, unknown>>;
  const found = facts[path.replace(/\/$/, '')];
  return found ? { status: 200, body: found } : undefined;
}
