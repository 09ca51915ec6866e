import type { ApiResponse } from '../../api/request';

/** What actions answer that leave no object to show. */
export const SUCCESS: ApiResponse = { status: 201, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } };
