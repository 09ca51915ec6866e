/** A log collector: what the public image does with fluentd is done by syslog-ng, which Debian has. It does not speak Fluentd's protocol: lines go out as text. */
export default {
  folder: 'fluentd',
  names: ['fluent/fluentd-kubernetes-daemonset:v1.16-debian-forward-1'],
  packages: ['syslog-ng-core', 'dash', 'coreutils'],
  changes: ['ENTRYPOINT ["/fluentd/entrypoint.sh"]'],
};
