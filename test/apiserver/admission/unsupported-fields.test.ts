import { expect, it } from 'vitest';
import { findUnsupported } from '../../../lib/apiserver/admission/find-unsupported';

const template = (spec: object) => ({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: {}, spec: { template: { metadata: {}, spec } } });
const paths = (object: { apiVersion: string; kind: string }) => findUnsupported(object).map(({ path }) => path);

it('names every field that cannot run, with its whole path, in every kind that holds pods', () => {
  expect(paths(template({
    runtimeClassName: 'gvisor',
    volumes: [{ name: 'a', emptyDir: {} }, { name: 'b', iscsi: {} }],
    containers: [{ name: 'c', volumeDevices: [{ name: 'b', devicePath: '/dev/b' }], securityContext: { procMount: 'Unmasked' } }],
  }))).toEqual(['spec.template.spec.volumes[1].iscsi', 'spec.template.spec.containers[0].volumeDevices', 'spec.template.spec.containers[0].securityContext.procMount', 'spec.template.spec.runtimeClassName']);
});

it('lets pass the values of such a field that mean what our nodes do anyway, and empty lists', () => {
  expect(paths(template({ hostUsers: true, os: { name: 'linux' }, containers: [{ name: 'c', volumeDevices: [], securityContext: { procMount: 'Default' } }] }))).toEqual([]);
});

it('says nothing about kinds that it does not know', () => {
  expect(paths({ apiVersion: 'example.com/v1', kind: 'Thing' })).toEqual([]);
});
