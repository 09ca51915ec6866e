import { toDocument } from '../../configuration/kubelet-configuration';
import { sendJson, type Endpoint } from './endpoint';

/** How this kubelet behaves, as the document that would configure another one so. */
export const configz: Endpoint = { path: '/configz', handle: async ({ context, response }) => sendJson(response, { kubeletconfig: toDocument(context.configuration) }) };
