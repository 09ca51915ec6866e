import { expect, it } from 'vitest';
import { FakeClock } from '../../../lib/base/fake-clock';
import type { Service } from '../../../lib/api/types';
import type { AdmissionRequest } from '../../../lib/apiserver/admission/admission-step';
import { serviceAllocation } from '../../../lib/apiserver/service-allocation/service-allocation';

/** Makes Services one after the other; each is stored at once. */
function services(preferredNodePorts?: { first: number; last: number }) {
  const stored: Service[] = [];
  const step = serviceAllocation({ serviceCidr: '10.96.0.0/16', preferredNodePorts, clock: new FakeClock(), random: () => 0.5 });
  return async (ports: Service['spec']['ports']) => {
    const service: Service = { apiVersion: 'v1', kind: 'Service', metadata: { name: `s${stored.length}`, uid: `${stored.length}` }, spec: { type: 'NodePort', ports } };
    // Only what the step looks at.
    const request = { operation: 'CREATE', resource: { group: '', resource: 'services' }, subresource: '', object: service, dryRun: false, reader: { list: () => stored } } as unknown as AdmissionRequest;
    await step.admit?.(request);
    stored.push(service);
    return (service.spec.ports ?? []).map(({ nodePort }) => nodePort);
  };
}

it('chooses node ports in the part that is preferred, and elsewhere when that is full', async () => {
  const create = services({ first: 31_000, last: 31_002 });
  const chosen = [];
  for (let count = 0; count < 4; count += 1) chosen.push(...await create([{ port: 80 }]));
  expect(chosen).toEqual([31_001, 31_002, 31_000, 31_384]);
});

it('takes a port of the whole range that somebody asks for', async () => {
  expect(await services({ first: 31_000, last: 31_002 })([{ port: 80, nodePort: 30_080 }])).toEqual([30_080]);
});

it('gives the same port over TCP and UDP the same node port', async () => {
  expect(await services()([{ name: 'tcp', port: 53 }, { name: 'udp', port: 53, protocol: 'UDP' }])).toEqual([31_384, 31_384]);
});
