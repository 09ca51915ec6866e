/** A stand-in: s3rver (npm) on the Node.js that builds it, behind the command line and the variables of Versity's gateway. */
export default {
  folder: 'versitygw',
  names: ['versity/versitygw:v1.8.0'],
  packages: ['libstdc++6', 'libc6', 'dash', 'coreutils'],
  changes: ['ENTRYPOINT ["/app/versitygw"]'],
};
