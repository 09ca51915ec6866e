/** Apache httpd with the public image's paths: /usr/local/apache2/{conf,htdocs}, httpd-foreground, stopped by SIGWINCH. */
export default {
  folder: 'httpd',
  names: ['httpd:2.4.43', 'httpd:2.4'],
  packages: ['apache2-bin', 'dash', 'coreutils', 'mime-support'],
  changes: ['CMD ["httpd-foreground"]', 'EXPOSE 80', 'STOPSIGNAL SIGWINCH', 'WORKDIR /usr/local/apache2', 'ENV HTTPD_PREFIX=/usr/local/apache2', 'ENV PATH=/usr/local/apache2/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
};
