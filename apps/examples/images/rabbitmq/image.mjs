/** Takes the public image's RABBITMQ_* variables. Its management page is switched on, as in the tags that end with -management. */
export default {
  folder: 'rabbitmq',
  names: ['rabbitmq:4.1-management'],
  packages: ['rabbitmq-server', 'dash', 'coreutils', 'grep', 'sed', 'util-linux', 'procps', 'findutils', 'hostname'],
  changes: [
    'ENV PATH=/usr/lib/rabbitmq/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 HOME=/var/lib/rabbitmq RABBITMQ_LOGS=-',
    'ENTRYPOINT ["docker-entrypoint.sh"]', 'CMD ["rabbitmq-server"]', 'EXPOSE 5672 15672', 'VOLUME /var/lib/rabbitmq',
  ],
};
