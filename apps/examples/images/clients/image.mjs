/** Programs that speak to backing services as an application would: HTTP, mail (curl), AMQP (amqp-publish, amqp-get), anything on a port (nc). Ours, so no registry has it. */
export default {
  folder: 'clients',
  names: ['cdk8s-twelve-factor/clients:1'],
  packages: ['curl', 'amqp-tools', 'netcat-openbsd', 'dash', 'coreutils', 'grep', 'sed', 'ca-certificates'],
  changes: ['CMD ["sh"]'],
};
