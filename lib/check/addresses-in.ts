/** A variable that says where something else is, by its name. */
const PLACE = /(^|_)(HOST|HOSTNAME|URL|URI|DSN|ADDR|ADDRESS|SERVER|SERVERS|ENDPOINT|ENDPOINTS|BROKERS?|UPSTREAM)$/;
/** One that says where the process itself listens. */
const OWN = /(^|_)(LISTEN|BIND|HTTP|SERVER|APP|WEB|LOCAL|ALLOWED|TRUSTED|PUBLIC|PROXY|ADVERTISE|ADVERTISED|POD|NODE|NO)(_|$)/;
/** Programs that are backing services. */
const SERVICES = /(^|_)(DB|DATABASE|PG|POSTGRES|POSTGRESQL|MYSQL|MARIADB|MONGO|MONGODB|REDIS|CACHE|MEMCACHED?|RABBITMQ|AMQP|KAFKA|NATS|ELASTICSEARCH|SMTP|MAIL|S3|BROKER|QUEUE)(_|$)/;
const SERVICE_URL = /^(?:jdbc:)?(?:postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?|memcached|kafka|nats|smtps?|sqlserver|cockroachdb|elasticsearch)(?:\+\w+)?:\/\//;

/** The host of a variable's value, when the variable says where a backing service is. */
export function tryBackingServiceHost(name: string, value: string): string | undefined {
  const upper = name.toUpperCase();
  const isUrl = SERVICE_URL.test(value);
  if (!isUrl && !(PLACE.test(upper) && SERVICES.test(upper) && !OWN.test(upper))) return undefined;
  const [, host] = /^(?:[\w:+.-]*?:\/\/)?(?:[^/@]*@)?(\[[\da-f:]+\]|[^/:?,\s]+)/i.exec(value) ?? [];
  return host?.toLowerCase();
}
