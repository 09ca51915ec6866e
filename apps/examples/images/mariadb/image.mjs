/** Takes the public image's MARIADB_* variables and their older MYSQL_* names, and runs /docker-entrypoint-initdb.d once. */
export default {
  folder: 'mariadb',
  names: ['mariadb:10.11', 'mysql:5.7.44', 'mysql:5.7', 'mysql:8.0'],
  packages: ['mariadb-server-core', 'mariadb-client-core', 'mariadb-client', 'dash', 'coreutils', 'grep', 'sed', 'gawk', 'util-linux', 'findutils', 'gzip', 'hostname'],
  changes: ['ENTRYPOINT ["docker-entrypoint.sh"]', 'CMD ["mariadbd"]', 'EXPOSE 3306', 'VOLUME /var/lib/mysql'],
};
