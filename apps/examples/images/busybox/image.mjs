export default {
  folder: 'busybox',
  names: ['busybox:1.35', 'busybox:latest'],
  packages: ['busybox', 'libc6'],
  changes: ['CMD ["sh"]'],
};
