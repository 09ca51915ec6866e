/** The C library lies beside the static program, because its resolver loads it at run time. */
export default {
  folder: 'busybox',
  names: ['busybox:1.35', 'busybox:latest'],
  packages: ['busybox-static', 'libc6'],
  changes: ['CMD ["sh"]'],
};
