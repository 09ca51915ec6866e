import { byContainers, type Check, containersOf, isWindows, named, namesWhere, plural, quoted, setters, sorted } from './check';

const VOLUMES = ['configMap', 'csi', 'downwardAPI', 'emptyDir', 'ephemeral', 'persistentVolumeClaim', 'projected', 'secret'];
const SECCOMP = ['RuntimeDefault', 'Localhost'];

/** What the level `restricted` asks for besides `baseline`, in the order of messages. Texts follow k8s.io/pod-security-admission 1.28. */
export const RESTRICTED: readonly Check[] = [
  {
    id: 'allowPrivilegeEscalation', since: 8,
    check: ({ spec }, minor) => isWindows(spec, minor) ? undefined : byContainers(
      namesWhere(spec, ({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false), 'allowPrivilegeEscalation != false', 'must set securityContext.allowPrivilegeEscalation=false'),
  },
  {
    id: 'capabilities_restricted', since: 22, overrides: ['capabilities_baseline'],
    check: ({ spec }, minor) => {
      if (isWindows(spec, minor)) return undefined;
      const added = ({ securityContext }: (typeof spec.containers)[number]) => (securityContext?.capabilities?.add ?? []).filter((capability) => capability !== 'NET_BIND_SERVICE');
      const keeping = namesWhere(spec, ({ securityContext }) => !securityContext?.capabilities?.drop?.includes('ALL'));
      const adding = namesWhere(spec, (container) => added(container).length > 0);
      const texts = [
        ...(keeping.length > 0 ? [`${named(keeping)} must set securityContext.capabilities.drop=["ALL"]`] : []),
        ...(adding.length > 0 ? [`${named(adding)} must not include ${quoted(sorted(containersOf(spec).flatMap(added)))} in securityContext.capabilities.add`] : []),
      ];
      return texts.length === 0 ? undefined : { reason: 'unrestricted capabilities', detail: texts.join('; ') };
    },
  },
  {
    id: 'restrictedVolumes', since: 0, overrides: ['hostPathVolumes'],
    check: ({ spec: { volumes = [] } }) => {
      const sourceOf = (volume: (typeof volumes)[number]) => Object.keys(volume).find((field) => field !== 'name') ?? 'emptyDir';
      const bad = volumes.filter((volume) => !VOLUMES.includes(sourceOf(volume)));
      const types = sorted(bad.map(sourceOf));
      const use = `${plural(bad.length, 'uses', 'use')} ${plural(types.length, 'restricted volume type', 'restricted volume types')} ${quoted(types)}`;
      return bad.length === 0 ? undefined : { reason: 'restricted volume types', detail: `${plural(bad.length, 'volume', 'volumes')} ${quoted(bad.map(({ name }) => name))} ${use}` };
    },
  },
  {
    id: 'runAsNonRoot', since: 0,
    check: ({ spec }) => {
      const pod = spec.securityContext?.runAsNonRoot;
      const refusing = setters(pod === false, namesWhere(spec, ({ securityContext }) => securityContext?.runAsNonRoot === false));
      if (refusing) return { reason: 'runAsNonRoot != true', detail: `${refusing} must not set securityContext.runAsNonRoot=false` };
      const silent = pod === true ? [] : namesWhere(spec, ({ securityContext }) => securityContext?.runAsNonRoot === undefined);
      return silent.length === 0 ? undefined : { reason: 'runAsNonRoot != true', detail: `pod or ${named(silent)} must set securityContext.runAsNonRoot=true` };
    },
  },
  {
    id: 'runAsUser', since: 23,
    check: ({ spec }) => {
      const who = setters(spec.securityContext?.runAsUser === 0, namesWhere(spec, ({ securityContext }) => securityContext?.runAsUser === 0));
      return who ? { reason: 'runAsUser=0', detail: `${who} must not set runAsUser=0` } : undefined;
    },
  },
  {
    id: 'seccompProfile_restricted', since: 19, overrides: ['seccompProfile_baseline'],
    check: ({ spec }, minor) => {
      if (isWindows(spec, minor)) return undefined;
      const typeOf = (context: { readonly seccompProfile?: { readonly type?: string } } = {}) => context.seccompProfile?.type;
      const isBad = (type: string | undefined) => type !== undefined && !SECCOMP.includes(type);
      const pod = typeOf(spec.securityContext);
      const bad = namesWhere(spec, ({ securityContext }) => isBad(typeOf(securityContext)));
      const who = setters(isBad(pod), bad);
      const types = [pod, ...containersOf(spec).map(({ securityContext }) => typeOf(securityContext))];
      const values = sorted(types.flatMap((type) => (type !== undefined && isBad(type) ? [type] : [])));
      if (who) return { reason: 'seccompProfile', detail: `${who} must not set securityContext.seccompProfile.type to ${quoted(values)}` };
      const silent = pod === undefined ? namesWhere(spec, ({ securityContext }) => typeOf(securityContext) === undefined) : [];
      return silent.length === 0 ? undefined : { reason: 'seccompProfile', detail: `pod or ${named(silent)} must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"` };
    },
  },
];
