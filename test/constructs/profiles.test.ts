import { Size } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { Image, Web, type Profile, type WebOptions, type PodPart } from '../../lib/index';
import { ofKind, synthesize } from './synthesize';

const image = Image.reference('shop:1.4.2');

function podOf(profile: Profile, options: Partial<WebOptions> = {}) {
  return ofKind(synthesize((app) => new Web(app, 'web', { image, port: 8080, ...options }), { environments: { there: { profile } } }), 'Deployment').spec.template.spec;
}

describe('the profile restricted', () => {
  it('is what the Pod Security Standard of that name asks for, with the folders that are written to', () => {
    const pod = podOf('restricted', { user: 1000, writable: ['/tmp', { path: '/var/cache/shop', limit: Size.gibibytes(1), inMemory: true }] });
    expect(pod.securityContext).toEqual({ runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000, seccompProfile: { type: 'RuntimeDefault' } });
    const [container] = pod.containers;
    expect(container.securityContext).toEqual({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } });
    expect(pod.volumes).toEqual([
      { name: 'writable-tmp', emptyDir: { sizeLimit: '256Mi' } }, { name: 'writable-var-cache-shop', emptyDir: { medium: 'Memory', sizeLimit: '1024Mi' } },
    ]);
    expect(container.volumeMounts).toEqual([{ name: 'writable-tmp', mountPath: '/tmp' }, { name: 'writable-var-cache-shop', mountPath: '/var/cache/shop' }]);
  });

  it('leaves the user to an image that has one, and refuses the superuser', () => {
    expect(podOf('restricted').securityContext).toEqual({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(() => podOf('restricted', { user: 0 })).toThrow(/Web "web": user 0 is the superuser, which the profile restricted excludes/);
    expect(() => podOf('standard', { user: 1.5 })).toThrow(/not a number of a user/);
    expect(podOf('standard', { user: 33 }).securityContext).toEqual({ runAsUser: 33, fsGroup: 33 });
  });
});

it('the profile autopilot has limits that are the requests', () => {
  expect(podOf('autopilot').containers[0].resources).toEqual({ requests: { cpu: '250m', memory: '512Mi' }, limits: { cpu: '250m', memory: '512Mi' } });
  expect(podOf('autopilot', { resources: { cpu: '1' } }).containers[0].resources.limits.cpu).toBe('1');
});

describe('what is attached to a process', () => {
  const file = (name: string, mountPath: string): PodPart => ({ _addTo: (pod) => pod.mount({ name, configMap: { name } }, { mountPath, readOnly: true }) });

  it('shares a volume of the same content, and is refused where two things would be at one place', () => {
    expect(podOf('standard', { attach: [file('a', '/a'), file('a', '/b')] }).volumes).toEqual([{ name: 'a', configMap: { name: 'a' } }]);
    expect(() => podOf('standard', { attach: [file('a', '/a'), file('b', '/a')] })).toThrow(/both a and b are mounted at \/a/);
    expect(() => podOf('standard', { attach: [file('a', '/a'), { _addTo: (pod) => pod.addVolume({ name: 'a', emptyDir: {} }) }] })).toThrow(/two volumes are called a/);
    expect(() => podOf('standard', { writable: ['tmp'] })).toThrow(/"tmp" is not the absolute path/);
  });

  it('starts before the process and ends after it, when it is a sidecar', () => {
    const pod = podOf('standard', { attach: [{ _addTo: (draft) => draft.sidecars.push({ name: 'side', image: 'busybox:1.36' }) }] });
    expect(pod.initContainers).toEqual([{ name: 'side', image: 'busybox:1.36', restartPolicy: 'Always' }]);
  });
});
