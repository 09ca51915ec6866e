export default {
  folder: 'rclone',
  names: ['rclone/rclone:1.71.0'],
  packages: ['rclone', 'busybox', 'ca-certificates'],
  changes: ['ENTRYPOINT ["rclone"]', 'WORKDIR /data'],
};
