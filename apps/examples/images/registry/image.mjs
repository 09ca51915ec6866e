/** A registry of images; `REGISTRY_…` variables configure it as in the public image. */
export default {
  folder: 'registry',
  names: ['registry:2'],
  packages: ['docker-registry'],
  changes: ['ENTRYPOINT ["/usr/bin/docker-registry"]', 'CMD ["serve", "/etc/docker/registry/config.yml"]', 'EXPOSE 5000', 'VOLUME /var/lib/registry'],
};
