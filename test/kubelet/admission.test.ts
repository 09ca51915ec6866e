import { describe, expect, it } from 'vitest';
import { admitPod } from '../../lib/kubelet/admission/admit-pod';
import { appArmorProfile } from '../../lib/kubelet/admission/app-armor';
import { dotted } from '../../lib/kubelet/admission/sysctls';
import { podOf } from './builders';

const able = { appArmor: true };
const withSysctl = (name: string, more: object = {}) => podOf({ securityContext: { sysctls: [{ name, value: '1' }] }, ...more });

describe('admitPod', () => {
  it.each(['net.ipv4.tcp_syncookies', 'kernel.shm_rmid_forced', 'net/ipv4/ip_local_port_range'])('admits a pod that sets %s', (name) => {
    expect(admitPod(withSysctl(name), able)).toEqual({ admitted: true });
  });

  it.each([
    ['kernel.msgmax', {}, 'forbidden sysctl: "kernel.msgmax" not allowlisted'],
    ['net.core.somaxconn', {}, 'forbidden sysctl: "net.core.somaxconn" not allowlisted'],
    ['net.ipv4.tcp_syncookies', { hostNetwork: true }, 'forbidden sysctl: "net.ipv4.tcp_syncookies" not allowed with host net enabled'],
    ['kernel.shm_rmid_forced', { hostIPC: true }, 'forbidden sysctl: "kernel.shm_rmid_forced" not allowed with host ipc enabled'],
  ])('rejects a pod that sets %s with %j', (name, more, message) => {
    expect(admitPod(withSysctl(name, more), able)).toEqual({ admitted: false, verdict: 'rejected', problem: { reason: 'SysctlForbidden', message } });
  });

  it('blocks a pod with a profile that the host cannot enforce', () => {
    const pod = (profile: string) => podOf({}, { annotations: { 'container.apparmor.security.beta.kubernetes.io/app': profile } });
    expect(admitPod(pod('runtime/default'), { appArmor: false })).toMatchObject({ admitted: false, verdict: 'blocked', problem: { reason: 'AppArmor' } });
    expect(admitPod(pod('unconfined'), { appArmor: false })).toEqual({ admitted: true });
    expect(admitPod(pod('localhost/mine'), able)).toEqual({ admitted: true });
    expect(['localhost/mine', 'unconfined', 'runtime/default'].map((profile) => appArmorProfile(pod(profile), 'app'))).toEqual(['mine', 'unconfined', undefined]);
  });

  it('reads both ways to write a sysctl', () => {
    expect([dotted('net.ipv4.conf.eno2/100.rp_filter'), dotted('net/ipv4/conf/eno2.100/rp_filter')]).toEqual(['net.ipv4.conf.eno2/100.rp_filter', 'net.ipv4.conf.eno2/100.rp_filter']);
  });
});
