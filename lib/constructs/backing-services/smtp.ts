import type { Construct } from 'constructs';
import { Health } from '../health';
import { Image } from '../image';
import { SecretValue } from '../secret-value';
import { TwelveFactorApp } from '../twelve-factor-app';
import { addressOf, type AttachOptions, type Built } from './built';
import { Connection } from './connection';
import { checkForm, type Either, type ExternalOptions, givenSecret } from './external';
import { template } from './parts';
import { type ContainerOptions, runServer, type ServerParts, stopWithin } from './server';

interface CommonOptions extends AttachOptions<'host' | 'port' | 'user' | 'password' | 'from' | 'url'> {
  /** @default app */
  readonly user?: string;
}

export interface SmtpContainerOptions extends ContainerOptions {
  /** Sender of the application's mails. @default `<app>@example.com` */
  readonly from?: string;
}

export interface SmtpExternalOptions extends ExternalOptions {
  /** Sender of the application's mails. */
  readonly from: string;
}

/** Image: axllent/mailpit:v1.27, which keeps mails and sends none. */
export type SmtpOptions = Either<CommonOptions & SmtpContainerOptions, CommonOptions & SmtpExternalOptions>;

export function buildSmtp(self: Construct, options: SmtpOptions): Built {
  const { id } = self.node;
  const what = `BackingService.smtp "${id}"`;
  checkForm(what, options);
  const { external, tls, user = 'app', from = `${TwelveFactorApp.appOf(self).name}@example.com` } = options;
  if (external !== undefined && options.from === undefined) throw new Error(`${what}: the sender is needed for mails that are really sent; for example from: 'shop@example.com'`);
  const address = addressOf(self, what, options, { knownPort: CATCHER_PORT, externalPort: tls ? 465 : 587 });
  const connection = Connection.keep(self, {
    host: address.host, port: String(address.port), user, password: external === undefined ? SecretValue.generated() : givenSecret(id, 'password', options.password), from,
    url: template(`${tls ? 'smtps' : 'smtp'}://{user}:{password}@{host}:{port}`),
  });
  const server = external === undefined ? runServer(self, 'smtp', mailCatcher(options, connection)) : undefined;
  return { type: 'smtp', connection, address, knownPort: 25, server };
}

const CATCHER_PORT = 1025;

/** For development: mails are read at port 8025 and gone with the pod. */
function mailCatcher({ image, resources }: ContainerOptions, connection: Connection): ServerParts {
  return {
    image: image ?? Image.reference('axllent/mailpit:v1.27'),
    ports: [{ name: 'service', port: CATCHER_PORT }, { name: 'http', port: 8025 }],
    env: [
      connection.variable('SMTP_USER', 'user'),
      connection.variable('SMTP_PASSWORD', 'password'),
      { name: 'MP_SMTP_AUTH', value: '$(SMTP_USER):$(SMTP_PASSWORD)' },
      { name: 'MP_SMTP_AUTH_ALLOW_INSECURE', value: 'true' },
      { name: 'MP_MAX_MESSAGES', value: '1000' },
    ],
    resources,
    health: Health.tcp(),
    shutdown: stopWithin(10),
    restricted: { user: 1000, writable: ['/tmp'] },
  };
}
