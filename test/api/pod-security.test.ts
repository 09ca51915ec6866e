import { describe, expect, it } from 'vitest';
import { describeViolations, labelErrors, policyOf, violations } from '../../lib/api/pod-security/policy';

const judge = (spec: object, level: string, version = 'latest') => describeViolations(violations({ spec: { containers: [{ name: 'c', image: 'x' }], ...spec }, annotations: {} }, { level, version }));

describe('Pod Security Standards', () => {
  it('ask nothing of a privileged namespace', () => {
    expect(judge({ hostNetwork: true }, 'privileged')).toBe('');
  });

  it('name every fault of a pod, those of baseline first', () => {
    expect(judge({ hostPID: true, containers: [{ name: 'c', image: 'x', securityContext: { privileged: true } }] }, 'baseline'))
      .toBe('host namespaces (hostPID=true), privileged (container "c" must not set securityContext.privileged=true)');
  });

  it('say a fault once where restricted says it better than baseline', () => {
    const safe = { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } };
    const containers = [{ name: 'c', image: 'x', securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'], add: ['SYS_ADMIN'] } } }];
    expect(judge({ securityContext: safe, containers, volumes: [{ name: 'v', hostPath: { path: '/' } }] }, 'restricted')).toBe(
      'unrestricted capabilities (container "c" must not include "SYS_ADMIN" in securityContext.capabilities.add), restricted volume types (volume "v" uses restricted volume type "hostPath")');
  });

  it('leave out rules that came after the version asked for', () => {
    expect(judge({ securityContext: { runAsUser: 0, runAsNonRoot: true } }, 'restricted', 'v1.18')).toBe('allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false)');
  });

  it('refuse labels that mean nothing, and take an unknown level to enforce for the strictest', () => {
    const labels = { 'pod-security.kubernetes.io/enforce': 'strict' };
    expect(labelErrors(labels)).toMatchObject([{ field: 'metadata.labels[pod-security.kubernetes.io/enforce]' }]);
    expect(labelErrors(labels, labels)).toEqual([]);
    expect(policyOf(labels, 'enforce').level).toBe('restricted');
  });
});
