/** A program to begin with. Adding one is an entry here. */
export interface Template {
  readonly name: string;
  readonly summary: string;
  /** @param app name of the application */
  readonly main: (app: string) => string;
}

const web: Template = {
  name: 'web',
  summary: 'one web process',
  main: (app) => `import { Config, GracefulShutdown, Health, Image, TwelveFactorApp, Web } from 'cdk8s-twelve-factor';

const app = new TwelveFactorApp('${app}', { environments: { dev: { profile: 'small-host' }, prod: {} } });

const config = new Config(app, 'config', { GREETING: 'hello' });

const web = new Web(app, 'web', {
  image: Image.reference('nginx:1.27.3'), // or Image.build('.'), where a Dockerfile is
  port: 80,
  env: [config],
  health: Health.http('/'),
  shutdown: GracefulShutdown.nginx(),
});
web.expose({ port: 8080 });

app.synth();
`,
};

const shop: Template = {
  name: 'web-worker-database',
  summary: 'a web process and a worker that share a database and their configuration',
  main: (app) => `import { BackingService, Config, GracefulShutdown, Health, Image, TwelveFactorApp, Web, Worker } from 'cdk8s-twelve-factor';

const app = new TwelveFactorApp('${app}', { environments: { dev: { profile: 'small-host' }, prod: {} } });

const image = Image.reference('${app}:1.0.0'); // or Image.build('.'), where a Dockerfile is
const config = new Config(app, 'config', { LOG_LEVEL: { default: 'info', oneOf: ['debug', 'info', 'warn'] } });
const db = BackingService.postgresql(app, 'db'); // DB_HOST, DB_PORT, DB_USER, DB_PASSWORD, DB_NAME and DB_URL

const web = new Web(app, 'web', {
  image,
  port: 8080,
  env: [config, db],
  health: Health.http('/healthz'),
  shutdown: GracefulShutdown.node(),
});
web.expose({ port: 8080 });

new Worker(app, 'worker', { image, command: ['node', 'worker.js'], env: [config, db] });

app.synth();
`,
};

export const templates: readonly Template[] = [web, shop];
