export default {
  folder: 'nginx',
  names: ['nginx:1.22', 'nginx:latest'],
  packages: ['nginx', 'dash', 'coreutils'],
  changes: ['CMD ["nginx","-g","daemon off;"]', 'EXPOSE 80', 'STOPSIGNAL SIGQUIT'],
};
