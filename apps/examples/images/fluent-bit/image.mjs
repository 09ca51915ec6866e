/**
 * A log collector: what Fluent Bit does is done by syslog-ng, which Debian has. It takes from Fluent Bit's configuration which files are read, which are not, where its positions are kept and
 * where lines go (output `forward`, as text); and it answers for its health.
 */
export default {
  folder: 'fluent-bit',
  names: ['fluent/fluent-bit:3.2.4'],
  packages: ['syslog-ng-core', 'dash', 'coreutils', 'sed', 'busybox-static'],
  changes: ['ENTRYPOINT ["/fluent-bit/bin/fluent-bit"]'],
};
