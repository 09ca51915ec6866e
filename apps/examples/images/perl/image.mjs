export default {
  folder: 'perl',
  names: ['perl:5.36-slim', 'perl:5.36'],
  packages: ['perl-base', 'dash', 'coreutils', 'libc6'],
  changes: ['CMD ["perl", "-de0"]'],
};
