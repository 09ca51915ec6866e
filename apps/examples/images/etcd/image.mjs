/** The server and its client. The data directory is where `--data-dir` says; a relative one lies in the working directory, as in the public image. */
export default {
  folder: 'etcd',
  names: ['etcd:3.4'],
  packages: ['etcd-server', 'etcd-client', 'dash', 'coreutils'],
  changes: ['CMD ["etcd"]', 'EXPOSE 2379 2380', 'ENV ETCDCTL_API=3', 'WORKDIR /'],
};
