import { tryResourceOf } from '../../api/kinds';
import { applyDefaults } from '../../api/defaults/index';
import type { ResourceInfo } from '../../api/kinds';
import type { ApiResponse } from '../../api/request';
import { newStatus, StatusError } from '../../api/status-error';
import { readObject } from '../body';
import type { Call } from '../call';
import { parseWriteOptions } from '../query-options';

const TOKEN_REQUEST: ResourceInfo = { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest', resource: 'tokenrequests', namespaced: true };

/** POST serviceaccounts/token. */
export async function requestToken(call: Call): Promise<ApiResponse> {
  const { info, server, user } = call;
  const options = parseWriteOptions('CreateOptions', call.query);
  const body = readObject(call, options.fieldValidation, { resource: tryResourceOf('TokenRequest') ?? TOKEN_REQUEST });
  applyDefaults(body, TOKEN_REQUEST);
  if (!server.issueToken) throw new StatusError(newStatus(501, 'NotImplemented', 'this server issues no tokens'));
  return { status: 201, body: await server.issueToken({ namespace: info.namespace, name: info.name, body, user, dryRun: options.dryRun }) };
}
