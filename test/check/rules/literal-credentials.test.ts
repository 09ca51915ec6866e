import { describe, expect, it } from 'vitest';
import { found } from './read';

const variable = (name: string, value: string) => found('literal-credentials', `{ apiVersion: v1, kind: Pod, metadata: { name: web }, spec: { containers: [{ name: web, image: 'shop:1', env: [{ name: ${name}, value: ${JSON.stringify(value)} }] }] } }`);
const entry = (key: string, value: string) => found('literal-credentials', `{ apiVersion: v1, kind: ConfigMap, metadata: { name: settings }, data: { ${key}: ${JSON.stringify(value)} } }`);

describe('a credential that is written down', () => {
  it('is found in variables and in ConfigMaps, by either way of writing names', () => {
    expect(variable('DB_PASSWORD', 'hunter2')).toEqual(['Pod/web spec.containers[0].env[0].value: DB_PASSWORD is a literal → keep it in a Secret and refer to it with valueFrom.secretKeyRef']);
    expect(entry('smtp-password', 'hunter2')).toHaveLength(1);
    expect(entry('db.passwd', 'hunter2')).toHaveLength(1);
  });

  it('is found by its value too', () => {
    expect(variable('DATABASE_URL', 'postgres://shop:hunter2@db:5432/shop')[0]).toContain('an address with its password');
    expect(entry('tls.pem', '-----BEGIN RSA PRIVATE KEY-----\nMIIE')[0]).toContain('a private key');
  });

  it.each([
    ['MYSQL_RANDOM_ROOT_PASSWORD', '1'], ['ALLOW_EMPTY_PASSWORD', 'yes'], ['DB_PASSWORD', ''], ['API_TOKEN', '/run/secrets/token'], ['DB_PASSWORD_FILE', '/run/secrets/db'],
    ['DATABASE_URL', 'postgres://shop:$(DB_PASSWORD)@db:5432/shop'], ['DATABASE_URL', 'postgres://shop@db:5432/shop'], ['PUBLIC_URL', 'http://shop.example.com:8080/a@b'], ['TOKENIZER', 'bpe'],
  ])('is not %s=%s', (name, value) => {
    expect(variable(name, value)).toEqual([]);
  });
});
