/** Application servers of several languages and a client for FastCGI, to see how each of them is stopped. It takes the place of no public image. */
export default {
  folder: 'servers',
  names: ['twelve-factor/servers:1'],
  packages: ['nodejs', 'gunicorn', 'puma', 'php8.2-fpm', 'libfcgi-bin', 'dash', 'coreutils'],
  changes: ['CMD ["sleep","infinity"]'],
};
