/** Takes the public image's POSTGRES_* variables and PGDATA, and runs /docker-entrypoint-initdb.d once. */
export default {
  folder: 'postgresql',
  names: ['postgres:15', 'postgres:16.10'],
  packages: ['postgresql-15', 'dash', 'coreutils', 'grep', 'sed', 'util-linux', 'findutils', 'gzip', 'hostname'],
  changes: [
    'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/15/bin PG_MAJOR=15 LANG=C.UTF-8 PGDATA=/var/lib/postgresql/data',
    'ENTRYPOINT ["docker-entrypoint.sh"]', 'CMD ["postgres"]', 'EXPOSE 5432', 'STOPSIGNAL SIGINT', 'VOLUME /var/lib/postgresql/data',
  ],
};
