import * as fs from 'node:fs';
import { packageFile } from '../../base/package-root';
import type { ApiRequest, ApiResponse } from '../../api/request';
import { VERSION } from '../version';

/** The smallest document that kubectl up to 1.28 takes: it then leaves validation to the server. */
const STUB = Buffer.concat([
  field(1, Buffer.from('2.0')),
  field(2, Buffer.concat([field(1, Buffer.from('Kubernetes')), field(2, Buffer.from(VERSION.gitVersion))])),
  field(8, Buffer.alloc(0)),
  field(9, Buffer.alloc(0)),
]);

/** A length-delimited protobuf field. */
function field(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
}

/** GET /openapi/v2. The content type has dots where the Accept header has an @: kubectl does not parse the other one. */
export function openApiV2({ headers }: ApiRequest): ApiResponse {
  if (headers?.accept?.includes('protobuf')) return { status: 200, headers: { 'content-type': 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf' }, body: STUB };
  const definitions: unknown = JSON.parse(fs.readFileSync(packageFile('lib/api/facts/definitions.json'), 'utf8'));
  return { status: 200, body: { swagger: '2.0', info: { title: 'Kubernetes', version: VERSION.gitVersion }, paths: {}, definitions } };
}
