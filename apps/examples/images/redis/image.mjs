export default {
  folder: 'redis',
  names: ['redis:7.0.15', 'redis:7.0', 'redis:7'],
  packages: ['redis-server', 'dash', 'coreutils', 'grep', 'sed', 'util-linux'],
  changes: ['ENTRYPOINT ["docker-entrypoint.sh"]', 'CMD ["redis-server"]', 'EXPOSE 6379', 'WORKDIR /data', 'VOLUME /data'],
};
