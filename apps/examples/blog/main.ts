import { BackingService, Duration, GracefulShutdown, Health, Image, Scale, Secrets, SecretValue, TwelveFactorApp, Web } from 'cdk8s-twelve-factor';

const app = new TwelveFactorApp('blog');

const db = BackingService.mariadb(app, 'db', {
  image: Image.reference('mariadb:10.11'),
  database: 'wordpress',
  user: 'wordpress',
  variables: { host: 'WORDPRESS_DB_HOST', user: 'WORDPRESS_DB_USER', password: 'WORDPRESS_DB_PASSWORD', name: 'WORDPRESS_DB_NAME' },
});

// Both replicas must sign sessions with the same keys, or a login at one is unknown to the other.
const keys = new Secrets(app, 'keys', Object.fromEntries(
  ['AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT', 'SECURE_AUTH_SALT', 'LOGGED_IN_SALT', 'NONCE_SALT']
    .map((key) => [`WORDPRESS_${key}`, SecretValue.generated({ length: 64 })]),
));

const web = new Web(app, 'web', {
  image: Image.reference('wordpress:6.1-apache'),
  port: 80,
  env: [db, keys],
  health: Health.http('/wp-admin/install.php', { interval: Duration.seconds(2) }), // answers before and after WordPress is installed, and only with its database
  shutdown: GracefulShutdown.apache({ longestRequest: Duration.seconds(30) }),
  scale: Scale.fixed(2),
  resources: { cpu: '50m', memory: '128Mi' },
});
web.expose({ port: Number(process.env.BLOG_PORT ?? 80) });

app.synth();
