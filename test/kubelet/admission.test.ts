import { describe, expect, it } from 'vitest';
import { admitPod } from '../../lib/kubelet/admission/admit-pod';
import { comesBefore } from '../../lib/kubelet/admission/node-fit';
import { appArmorProfile } from '../../lib/kubelet/admission/app-armor';
import { dotted } from '../../lib/kubelet/admission/sysctls';
import { kubeletConfiguration } from '../../lib/kubelet/configuration/kubelet-configuration';
import { podOf } from './builders';

const able = { appArmor: true, allowedUnsafeSysctls: [] };
const room = { allocatable: {}, others: [] };
const withSysctl = (name: string, more: object = {}) => podOf({ securityContext: { sysctls: [{ name, value: '1' }] }, ...more });

describe('admitPod', () => {
  it.each(['net.ipv4.tcp_syncookies', 'kernel.shm_rmid_forced', 'net/ipv4/ip_local_port_range'])('admits a pod that sets %s', (name) => {
    expect(admitPod(withSysctl(name), able, room)).toEqual({ admitted: true });
  });

  it.each([
    ['kernel.msgmax', {}, 'forbidden sysctl: "kernel.msgmax" not allowlisted'],
    ['net.core.somaxconn', {}, 'forbidden sysctl: "net.core.somaxconn" not allowlisted'],
    ['net.ipv4.tcp_syncookies', { hostNetwork: true }, 'forbidden sysctl: "net.ipv4.tcp_syncookies" not allowed with host net enabled'],
    ['kernel.shm_rmid_forced', { hostIPC: true }, 'forbidden sysctl: "kernel.shm_rmid_forced" not allowed with host ipc enabled'],
  ])('rejects a pod that sets %s with %j', (name, more, message) => {
    expect(admitPod(withSysctl(name, more), able, room)).toEqual({ admitted: false, verdict: 'rejected', problem: { reason: 'SysctlForbidden', message } });
  });

  it('admits what the node was told to allow', () => {
    const told = { ...able, allowedUnsafeSysctls: ['kernel.msg*', 'net.core.somaxconn'] };
    expect(['kernel.msgmax', 'net.core.somaxconn', 'kernel.shmmax'].map((name) => admitPod(withSysctl(name), told, room).admitted)).toEqual([true, true, false]);
    expect(admitPod(withSysctl('kernel.msgmax', { hostIPC: true }), told, room)).toMatchObject({ problem: { message: 'forbidden sysctl: "kernel.msgmax" not allowed with host ipc enabled' } });
    expect(kubeletConfiguration({ allowedUnsafeSysctls: ['kernel/msg*'] }).allowedUnsafeSysctls).toEqual(['kernel.msg*']);
    expect(() => kubeletConfiguration({ allowedUnsafeSysctls: ['vm.swappiness'] })).toThrow('allowedUnsafeSysctls: "vm.swappiness" would be set for the whole host');
  });

  it('blocks a pod with a profile that the host cannot enforce', () => {
    const pod = (profile: string) => podOf({}, { annotations: { 'container.apparmor.security.beta.kubernetes.io/app': profile } });
    expect(admitPod(pod('runtime/default'), { ...able, appArmor: false }, room)).toMatchObject({ admitted: false, verdict: 'blocked', problem: { reason: 'AppArmor' } });
    expect(admitPod(pod('unconfined'), { ...able, appArmor: false }, room)).toEqual({ admitted: true });
    expect(admitPod(pod('localhost/mine'), able, room)).toEqual({ admitted: true });
    expect(['localhost/mine', 'unconfined', 'runtime/default'].map((profile) => appArmorProfile(pod(profile), 'app'))).toEqual(['mine', 'unconfined', undefined]);
  });

  describe('on a node with two CPUs and three pods', () => {
    const pod = (cpu: string, uid = 'u2', creationTimestamp = '2024-01-01T00:00:00Z') => podOf({ containers: [{ name: 'app', image: 'busybox', resources: { requests: { cpu } } }] }, { uid, creationTimestamp });
    const node = (...others: ReturnType<typeof pod>[]) => ({ allocatable: { cpu: '2', memory: '1Gi', pods: '3' }, others });

    it('rejects what does not fit beside the others', () => {
      expect(admitPod(pod('1500m'), able, node(pod('500m')))).toEqual({ admitted: true });
      expect(admitPod(pod('1600m'), able, node(pod('500m')))).toMatchObject({ verdict: 'rejected', problem: { reason: 'OutOfcpu', message: 'Node didn\'t have enough resource: cpu, requested: 1600, used: 500, capacity: 2000' } });
      expect(admitPod(pod('0'), able, node(pod('3'), pod('0'), pod('0')))).toMatchObject({ problem: { reason: 'OutOfpods' } });
      expect(admitPod(pod('0'), able, node(pod('3')))).toEqual({ admitted: true });
    });

    it('lets the older of two go first, and what runs before both', () => {
      const [older, younger] = [pod('1', 'b', '2024-01-01T00:00:00Z'), pod('1', 'a', '2024-01-01T00:00:01Z')];
      expect([comesBefore(older, younger), comesBefore(younger, older)]).toEqual([true, false]);
      expect(comesBefore({ ...younger, status: { startTime: '2024-01-01T00:00:02Z' } }, older)).toBe(true);
    });
  });

  it('reads both ways to write a sysctl', () => {
    expect([dotted('net.ipv4.conf.eno2/100.rp_filter'), dotted('net/ipv4/conf/eno2.100/rp_filter')]).toEqual(['net.ipv4.conf.eno2/100.rp_filter', 'net.ipv4.conf.eno2/100.rp_filter']);
  });
});
