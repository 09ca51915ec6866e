/** WordPress on Apache and PHP with the public image's WORDPRESS_* variables and its document root /var/www/html; stopped by SIGWINCH. */
export default {
  folder: 'wordpress',
  names: ['wordpress:6.1-apache', 'wordpress:latest'],
  packages: ['wordpress', 'wordpress-theme-twentytwentythree', 'libapache2-mod-php8.2', 'php8.2-mysql', 'php8.2-xml', 'php8.2-gd', 'apache2', 'dash', 'coreutils', 'grep', 'sed', 'ca-certificates'],
  changes: [
    'ENTRYPOINT ["docker-entrypoint.sh"]', 'CMD ["apache2-foreground"]', 'EXPOSE 80', 'STOPSIGNAL SIGWINCH', 'WORKDIR /var/www/html',
    'ENV APACHE_CONFDIR=/etc/apache2', 'ENV APACHE_ENVVARS=/etc/apache2/envvars',
  ],
};
