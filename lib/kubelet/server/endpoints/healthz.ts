import { sendText, type Endpoint } from './endpoint';

export const healthz: Endpoint = { path: '/healthz', handle: async ({ response }) => sendText(response, 'ok') };
