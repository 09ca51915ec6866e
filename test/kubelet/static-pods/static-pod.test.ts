import { describe, expect, it } from 'vitest';
import { staticPod } from '../../../lib/kubelet/static-pods/static-pod';

const parse = (text: string) => staticPod({ nodeName: 'n1', file: '/m/web.yaml', text, now: 0 });
const manifest = (more = '') => `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers: [{name: app, image: "busybox:1.35"}]\n${more}`;

describe('static pods', () => {
  it('are named after their node, and are what their manifest says with the API\'s defaults', () => {
    const pod = parse(manifest());
    expect(pod).toMatchObject({
      metadata: { name: 'web-n1', namespace: 'default', annotations: { 'kubernetes.io/config.source': 'file', 'kubernetes.io/config.hash': pod.metadata.uid } },
      spec: { nodeName: 'n1', restartPolicy: 'Always', dnsPolicy: 'ClusterFirst', tolerations: [{ operator: 'Exists', effect: 'NoExecute' }], containers: [{ imagePullPolicy: 'IfNotPresent' }] },
    });
  });

  it('are other pods when their manifest changes, and the same when it does not', () => {
    expect(parse(manifest()).metadata.uid).toBe(parse(manifest()).metadata.uid);
    expect(parse(manifest('  hostname: other')).metadata.uid).not.toBe(parse(manifest()).metadata.uid);
  });

  it.each([
    ['kind: Service\napiVersion: v1', 'Service'],
    ['apiVersion: v1\nkind: Pod\nmetadata: {name: web}', 'spec.containers: Required value'],
    ['apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a}]}', 'metadata.name: Required value'],
    [manifest('  dnsPolici: None'), 'unknown field "spec.dnsPolici"'],
    [manifest('  serviceAccountName: me'), 'spec.serviceAccountName: a static pod has no service account'],
    [manifest('  volumes: [{name: v, secret: {secretName: s}}]'), 'spec.volumes[0]: a static pod may not use objects of the API'],
    ['a: [', 'yaml'],
  ])('are refused with the reason', (text, why) => {
    expect(() => parse(text)).toThrow(why);
  });
});
