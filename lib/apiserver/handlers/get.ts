import { notFound } from '../../api/status-error';
import type { ApiResponse } from '../../api/request';
import { objectAnswer } from '../answers';
import type { Call } from '../call';
import { tooLargeVersion } from '../http-errors';
import type { Stored } from '../object-storage';
import { parseRevision } from '../query-options';

export function get(call: Call): ApiResponse {
  const wanted = parseRevision(call.query.get('resourceVersion') ?? '');
  const current = call.server.storage.backend.revision;
  if (wanted > current) throw tooLargeVersion(wanted, current);
  return objectAnswer(call, 200, findObject(call));
}

/** The object that the path names. Throws 404. */
export function findObject({ server, resource, info }: Call): Stored {
  const found = server.storage.tryFind(resource, info.namespace, info.name);
  if (!found) throw notFound(resource, info.name);
  return found;
}
