import { tryParseQuantity } from '../../../api/quantity';
import { containersIn } from '../../containers-in';
import type { Rule } from '../../rule';

/** No container starts with less. */
const LEAST_MEMORY = 1024 * 1024;
/** More cores than nearly all machines have. */
const MOST_CPU = 100;

/** `memory: 512m` is half a byte, `cpu: 500` is five hundred cores: the server takes both. */
export const quantityUnit: Rule = {
  id: 'quantity-unit',
  severity: 'error',
  summary: 'The unit of the quantity cannot be meant',
  why: '`m` is a thousandth: `memory: 512m` is half a byte, and the container is ended before it starts. Without a unit, CPU is whole cores: `cpu: 500` fits on no node, and the pod stays Pending. The server accepts both.',
  seeAlso: 'https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#meaning-of-memory',
  examples: {
    fails: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - name: web
      image: nginx:1.27.3
      resources: { requests: { cpu: 500, memory: 512m } }
`,
    passes: `
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  containers:
    - name: web
      image: nginx:1.27.3
      resources: { requests: { cpu: 500m, memory: 512Mi } }
`,
  },

  *check(objects) {
    for (const { container, path, template } of containersIn(objects)) {
      for (const list of ['requests', 'limits'] as const) {
        const { memory, cpu } = container.resources?.[list] ?? {};
        const bytes = memory === undefined ? undefined : tryParseQuantity(memory);
        if (bytes && bytes < LEAST_MEMORY) {
          const number = /^[\d.]+/.exec(String(memory))?.[0] ?? '';
          yield { object: template.object, field: `${path}.resources.${list}.memory`, message: `${memory} is ${bytes} bytes`, fix: `write ${number}Mi for mebibytes` };
        }
        const cores = cpu === undefined ? undefined : tryParseQuantity(cpu);
        if (cores && cores >= MOST_CPU) {
          yield { object: template.object, field: `${path}.resources.${list}.cpu`, message: `${cpu} is ${cores} cores`, fix: `write ${cores}m for thousandths of a core` };
        }
      }
    }
  },
};
