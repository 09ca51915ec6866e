import { sendJson, type Endpoint } from './endpoint';

/** The pods of this node as it knows them. */
export const pods: Endpoint = {
  path: '/pods',
  handle: async ({ response, pods: list }) => sendJson(response, { kind: 'PodList', apiVersion: 'v1', metadata: {}, items: list() }),
};
