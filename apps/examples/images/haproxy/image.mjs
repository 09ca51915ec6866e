export default {
  folder: 'haproxy',
  names: ['haproxy:2.6'],
  packages: ['haproxy', 'dash', 'coreutils'],
  changes: ['ENTRYPOINT ["docker-entrypoint.sh"]', 'CMD ["haproxy","-f","/usr/local/etc/haproxy/haproxy.cfg"]', 'USER haproxy', 'WORKDIR /var/lib/haproxy', 'STOPSIGNAL SIGUSR1'],
};
