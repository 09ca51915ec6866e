export default {
  folder: 'memcached',
  names: ['memcached:1.6'],
  packages: ['memcached', 'dash', 'coreutils'],
  changes: ['ENTRYPOINT ["docker-entrypoint.sh"]', 'CMD ["memcached"]', 'EXPOSE 11211', 'USER 11211'],
};
