import { byContainers, type Check, containersOf, named, namesWhere, plural, quoted, setters, sorted } from './check';

const CAPABILITIES = ['AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT'];
const SELINUX_TYPES = ['', 'container_t', 'container_init_t', 'container_kvm_t'];
const SYSCTLS = ['kernel.shm_rmid_forced', 'net.ipv4.ip_local_port_range', 'net.ipv4.tcp_syncookies', 'net.ipv4.ping_group_range', 'net.ipv4.ip_unprivileged_port_start'];
const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/';

/** The Pod Security Standards' level `baseline`, in the order of messages. Texts follow k8s.io/pod-security-admission 1.28. */
export const BASELINE: readonly Check[] = [
  {
    id: 'appArmorProfile', since: 0,
    check: ({ annotations }) => {
      const isAllowed = (value: string) => value === '' || value === 'runtime/default' || value.startsWith('localhost/');
      const bad = Object.entries(annotations).filter(([key, value]) => key.startsWith(APP_ARMOR) && !isAllowed(value));
      const texts = bad.map(([key, value]) => `${key}=${JSON.stringify(value)}`).sort();
      const reason = plural(bad.length, 'forbidden AppArmor profile', 'forbidden AppArmor profiles');
      return bad.length === 0 ? undefined : { reason, detail: `${plural(bad.length, 'annotation', 'annotations')} ${texts.join(', ')}` };
    },
  },
  {
    id: 'capabilities_baseline', since: 0,
    check: ({ spec }) => {
      const added = ({ securityContext }: (typeof spec.containers)[number]) => (securityContext?.capabilities?.add ?? []).filter((capability) => !CAPABILITIES.includes(capability));
      const forbidden = sorted(containersOf(spec).flatMap(added));
      return byContainers(namesWhere(spec, (container) => added(container).length > 0), 'non-default capabilities', `must not include ${quoted(forbidden)} in securityContext.capabilities.add`);
    },
  },
  {
    id: 'hostNamespaces', since: 0,
    check: ({ spec }) => {
      const used = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((field) => spec[field]).map((field) => `${field}=true`);
      return used.length === 0 ? undefined : { reason: 'host namespaces', detail: used.join(', ') };
    },
  },
  {
    id: 'hostPathVolumes', since: 0,
    check: ({ spec: { volumes = [] } }) => {
      const names = volumes.filter(({ hostPath }) => hostPath).map(({ name }) => name);
      return names.length === 0 ? undefined : { reason: 'hostPath volumes', detail: `${plural(names.length, 'volume', 'volumes')} ${quoted(names)}` };
    },
  },
  {
    id: 'hostPorts', since: 0,
    check: ({ spec }) => {
      const portsOf = ({ ports = [] }: (typeof spec.containers)[number]) => ports.flatMap(({ hostPort }) => (hostPort ? [String(hostPort)] : []));
      const names = namesWhere(spec, (container) => portsOf(container).length > 0);
      const ports = sorted(containersOf(spec).flatMap(portsOf));
      const noun = plural(ports.length, 'hostPort', 'hostPorts');
      return names.length === 0 ? undefined : { reason: 'hostPort', detail: `${named(names)} ${plural(names.length, 'uses', 'use')} ${noun} ${ports.join(', ')}` };
    },
  },
  {
    id: 'privileged', since: 0,
    check: ({ spec }) => byContainers(namesWhere(spec, ({ securityContext }) => securityContext?.privileged === true), 'privileged', 'must not set securityContext.privileged=true'),
  },
  {
    id: 'procMount', since: 0,
    check: ({ spec }) => {
      const isBad = ({ securityContext }: (typeof spec.containers)[number]) => securityContext?.procMount !== undefined && securityContext.procMount !== 'Default';
      const values = sorted(containersOf(spec).filter(isBad).map(({ securityContext }) => securityContext?.procMount ?? ''));
      return byContainers(namesWhere(spec, isBad), 'procMount', `must not set securityContext.procMount to ${quoted(values)}`);
    },
  },
  {
    id: 'seLinuxOptions', since: 0,
    check: ({ spec }) => {
      const faults = (options: { readonly type?: string; readonly user?: string; readonly role?: string } = {}) => !SELINUX_TYPES.includes(options.type ?? '') || Boolean(options.user) || Boolean(options.role);
      const all = [spec.securityContext?.seLinuxOptions, ...containersOf(spec).map(({ securityContext }) => securityContext?.seLinuxOptions)].filter((options) => faults(options));
      if (all.length === 0) return undefined;
      const types = sorted(all.map((options) => options?.type ?? '').filter((type) => !SELINUX_TYPES.includes(type)));
      const data = [
        ...(types.length > 0 ? [`${plural(types.length, 'type', 'types')} ${quoted(types)}`] : []),
        ...(all.some((options) => options?.user) ? ['user may not be set'] : []),
        ...(all.some((options) => options?.role) ? ['role may not be set'] : []),
      ];
      const who = setters(faults(spec.securityContext?.seLinuxOptions), namesWhere(spec, ({ securityContext }) => faults(securityContext?.seLinuxOptions)));
      return { reason: 'seLinuxOptions', detail: `${who} set forbidden securityContext.seLinuxOptions: ${data.join('; ')}` };
    },
  },
  {
    id: 'seccompProfile_baseline', since: 19,
    check: ({ spec }) => {
      const isBad = (context: { readonly seccompProfile?: { readonly type?: string } } = {}) => context.seccompProfile?.type === 'Unconfined';
      const who = setters(isBad(spec.securityContext), namesWhere(spec, ({ securityContext }) => isBad(securityContext)));
      return who ? { reason: 'seccompProfile', detail: `${who} must not set securityContext.seccompProfile.type to "Unconfined"` } : undefined;
    },
  },
  {
    id: 'sysctls', since: 0,
    check: ({ spec }, minor) => {
      const allowed = minor >= 27 ? [...SYSCTLS, 'net.ipv4.ip_local_reserved_ports'] : SYSCTLS;
      const bad = (spec.securityContext?.sysctls ?? []).map(({ name }) => name).filter((name) => !allowed.includes(name));
      return bad.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: bad.join(', ') };
    },
  },
  {
    id: 'windowsHostProcess', since: 0,
    check: ({ spec }) => {
      const isBad = (context: { readonly windowsOptions?: { readonly hostProcess?: boolean } } = {}) => context.windowsOptions?.hostProcess === true;
      const who = setters(isBad(spec.securityContext), namesWhere(spec, ({ securityContext }) => isBad(securityContext)));
      return who ? { reason: 'hostProcess', detail: `${who} must not set securityContext.windowsOptions.hostProcess=true` } : undefined;
    },
  },
];
