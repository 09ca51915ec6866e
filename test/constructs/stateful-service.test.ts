import { Size } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { Image, StatefulService, Worker, type StatefulServiceOptions } from '../../lib/index';
import { ofKind, synthesize } from './synthesize';

const image = Image.reference('store:3.1');
const make = (options: Partial<StatefulServiceOptions> = {}) => synthesize((app) => new StatefulService(app, 'store', { image, port: 7000, data: { path: '/data' }, ...options }));

describe('StatefulService', () => {
  it('has a claim for each copy, mounted where it says', () => {
    const { spec } = ofKind(make({ data: { path: '/var/lib/store', size: Size.gibibytes(20), storageClass: 'fast' } }), 'StatefulSet');
    expect(spec.volumeClaimTemplates).toMatchObject([{ metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'fast', resources: { requests: { storage: '20480Mi' } } } }]);
    expect(spec.template.spec.containers[0].volumeMounts).toEqual([{ name: 'data', mountPath: '/var/lib/store' }]);
    expect(spec.template.spec.volumes).toBeUndefined();
    expect(spec.persistentVolumeClaimRetentionPolicy).toBeUndefined(); // Kubernetes keeps them
  });

  it('has a Service for clients and one under which its copies find each other before they are ready', () => {
    const objects = make({ ports: { peers: 7001 } });
    const services = objects.filter(({ kind }) => kind === 'Service');
    expect(services.map(({ metadata }) => metadata.name)).toEqual(['shop-store', 'shop-store-pods']);
    expect(services[1].spec).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: true });
    expect(services[0].spec.ports).toEqual([{ name: 'service', port: 7000, targetPort: 'service' }, { name: 'peers', port: 7001, targetPort: 'peers' }]);
    expect(ofKind(objects, 'StatefulSet').spec.serviceName).toBe('shop-store-pods');
  });

  it('is one copy unless it says more, and has time to write everything to disk', () => {
    const [one, three] = [make(), make({ copies: 3, parallel: true, data: { path: '/data', whenRemoved: 'delete' } })];
    expect(ofKind(one, 'StatefulSet').spec).toMatchObject({ replicas: 1, template: { spec: { terminationGracePeriodSeconds: 60 } } });
    expect(ofKind(one, 'PodDisruptionBudget')).toBeUndefined();
    expect(ofKind(three, 'StatefulSet').spec).toMatchObject({ replicas: 3, podManagementPolicy: 'Parallel', persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete', whenScaled: 'Delete' } });
    expect(ofKind(three, 'PodDisruptionBudget').spec.maxUnavailable).toBe(1);
  });

  it('is a backing service to an apply, and its pods and selector do not say so', () => {
    const { metadata, spec } = ofKind(make(), 'StatefulSet');
    expect(metadata.labels['twelve-factor.dev/backing-service']).toBe('stateful-service');
    expect(Object.keys(spec.template.metadata.labels)).not.toContain('twelve-factor.dev/backing-service');
  });

  it('has names that no other construct can have', () => {
    expect(() => synthesize((app) => {
      new StatefulService(app, 'store', { image, port: 7000, data: { path: '/data' } });
      new Worker(app, 'store-pods', { image });
    })).toThrow('would be called shop-store-pods, as those of shop/store are');
  });

  it('refuses what contradicts itself', () => {
    expect(() => make({ copies: -1 })).toThrow(/-1 is not a number of copies/);
    expect(() => make({ data: { path: 'data' } })).toThrow(/not the absolute path/);
    expect(() => make({ writable: ['/data'] })).toThrow(/both .* are mounted at \/data/);
  });
});
