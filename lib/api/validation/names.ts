import * as net from 'node:net';

/** Each returns the problems of a value in upstream's words (k8s.io/apimachinery/pkg/util/validation); an empty list is a good value. */
export type TextCheck = (value: string) => readonly string[];

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const LABEL_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const SUBDOMAIN = `${LABEL}(\\.${LABEL})*`;
const WILDCARD = `\\*\\.${SUBDOMAIN}`;
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const LABEL_VALUE = `(${QUALIFIED})?`;
const CONFIG_KEY = '[-._a-zA-Z0-9]+';
const ENVIRONMENT_NAME = '[-._a-zA-Z][-._a-zA-Z0-9]*';
const HEADER_NAME = '[-A-Za-z0-9]+';
const PERCENT = '[0-9]+%';
const C_IDENTIFIER = '[A-Za-z_][A-Za-z0-9_]*';

const LABEL_TEXT = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";
const LABEL_1035_TEXT = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character";
const SUBDOMAIN_TEXT = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
const WILDCARD_TEXT = "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character";
const QUALIFIED_TEXT = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const LABEL_VALUE_TEXT = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`;
const CONFIG_KEY_TEXT = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'";
const ENVIRONMENT_TEXT = "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit";
const HEADER_TEXT = "a valid HTTP header must consist of alphanumeric characters or '-'";
const PERCENT_TEXT = "a valid percent string must be a numeric string followed by an ending '%'";
const C_IDENTIFIER_TEXT = "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'";

/** How a text must look, with upstream's message about one that does not. */
interface Syntax {
  readonly expression: RegExp;
  readonly error: (what?: string) => string;
}

function syntax(text: string, pattern: string, ...examples: readonly string[]): Syntax {
  const hint = `(e.g. ${examples.map((example) => `'${example}', `).join(' or ')}regex used for validation is '${pattern}')`;
  return { expression: new RegExp(`^(?:${pattern})$`), error: (what) => `${what ? `${what} ` : ''}${text} ${hint}` };
}

const SYNTAX = {
  label: syntax(LABEL_TEXT, LABEL, 'my-name', '123-abc'),
  label1035: syntax(LABEL_1035_TEXT, LABEL_1035, 'my-name', 'abc-123'),
  subdomain: syntax(SUBDOMAIN_TEXT, SUBDOMAIN, 'example.com'),
  wildcard: syntax(WILDCARD_TEXT, WILDCARD, '*.example.com'),
  labelValue: syntax(LABEL_VALUE_TEXT, LABEL_VALUE, 'MyValue', 'my_value', '12345'),
  header: syntax(HEADER_TEXT, HEADER_NAME, 'X-Header-Name'),
  percent: syntax(PERCENT_TEXT, PERCENT, '1%', '93%'),
  identifier: syntax(C_IDENTIFIER_TEXT, C_IDENTIFIER, 'my_name', 'MY_NAME', 'MyName'),
  qualified: syntax(QUALIFIED_TEXT, QUALIFIED, 'MyName', 'my.name', '123-abc'),
  configKey: syntax(CONFIG_KEY_TEXT, CONFIG_KEY, 'key.name', 'KEY_NAME', 'key-name'),
  environment: syntax(ENVIRONMENT_TEXT, ENVIRONMENT_NAME, 'my.env-name', 'MY_ENV.NAME', 'MyEnvName1'),
};

export const maximumLength = (length: number) => `must be no more than ${length} characters`;
const NON_EMPTY = 'must be non-empty';
/** Shared: nearly every value is good. */
const NO_PROBLEMS: readonly string[] = [];

export const bytes = (text: string) => Buffer.byteLength(text);

function checked(value: string, length: number, { expression, error }: Syntax): readonly string[] {
  const long = value.length > length || bytes(value) > length;
  const wrong = !expression.test(value);
  return long || wrong ? [...(long ? [maximumLength(length)] : []), ...(wrong ? [error()] : [])] : NO_PROBLEMS;
}

const matching = (value: string, { expression, error }: Syntax): readonly string[] => (expression.test(value) ? NO_PROBLEMS : [error()]);

export const isDns1123Label: TextCheck = (value) => checked(value, 63, SYNTAX.label);
export const isDns1035Label: TextCheck = (value) => checked(value, 63, SYNTAX.label1035);
export const isDns1123Subdomain: TextCheck = (value) => checked(value, 253, SYNTAX.subdomain);
export const isWildcardDns1123Subdomain: TextCheck = (value) => checked(value, 253, SYNTAX.wildcard);
export const isLabelValue: TextCheck = (value) => checked(value, 63, SYNTAX.labelValue);
export const isHttpHeaderName: TextCheck = (value) => matching(value, SYNTAX.header);
export const isPercent: TextCheck = (value) => matching(value, SYNTAX.percent);
export const isCIdentifier: TextCheck = (value) => matching(value, SYNTAX.identifier);

export const isQualifiedName: TextCheck = (value) => {
  const { expression, error } = SYNTAX.qualified;
  if (value.length <= 63 && !value.includes('/') && expression.test(value)) return NO_PROBLEMS;
  const parts = value.split('/');
  if (parts.length > 2) return [`${error('a qualified name')} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`];
  const name = parts[parts.length - 1];
  const prefixes = parts.length === 1 ? NO_PROBLEMS : parts[0] === '' ? [NON_EMPTY] : isDns1123Subdomain(parts[0]);
  const length = name === '' ? [NON_EMPTY] : name.length > 63 ? [maximumLength(63)] : NO_PROBLEMS;
  if (prefixes.length === 0 && length.length === 0 && expression.test(name)) return NO_PROBLEMS;
  return [...prefixes.map((text) => `prefix part ${text}`), ...length.map((text) => `name part ${text}`), ...(expression.test(name) ? [] : [error('name part')])];
};

export const isConfigMapKey: TextCheck = (value) => withDotNames(checked(value, 253, SYNTAX.configKey), value);

export const isEnvironmentName: TextCheck = (value) => withDotNames(matching(value, SYNTAX.environment), value);

const withDotNames = (problems: readonly string[], value: string): readonly string[] => (value.startsWith('.') ? [...problems, ...dotNames(value)] : problems);

function dotNames(value: string): string[] {
  if (value === '.') return ["must not be '.'"];
  if (value === '..') return ["must not be '..'"];
  return value.startsWith('..') ? ["must not start with '..'"] : [];
}

/** Any text that fits into one segment of a URL path: names of RBAC objects. */
export const isPathSegment: TextCheck = (value) => [
  ...(value === '.' || value === '..' ? [`may not be '${value}'`] : []),
  ...['/', '%'].filter((part) => value.includes(part)).map((part) => `may not contain '${part}'`),
];

export const isPortName: TextCheck = (value) => [
  ...(value.length > 15 ? [maximumLength(15)] : []),
  ...(/^[-a-z0-9]+$/.test(value) ? [] : ['must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)']),
  ...(/[a-z]/.test(value) ? [] : ['must contain at least one letter (a-z)']),
  ...(value.includes('--') ? ['must not contain consecutive hyphens'] : []),
  ...(/^-|-$/.test(value) ? ['must not begin or end with a hyphen'] : []),
];

const inclusive = (low: number, high: number) => `must be between ${low} and ${high}, inclusive`;
export const isPortNumber = (value: number) => (value >= 1 && value <= 65535 ? [] : [inclusive(1, 65535)]);
export const isId = (value: number) => (value >= 0 && value <= 2147483647 ? [] : [inclusive(0, 2147483647)]);

/** As Go's ParseIP with the strictness of Kubernetes: no leading zeros, no zones. */
export const isIp: TextCheck = (value) => (net.isIP(value) && !value.includes('%') ? [] : ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)']);

export const isCidr = (value: string) => {
  const [address, length, ...rest] = value.split('/');
  const family = net.isIP(address ?? '');
  return rest.length === 0 && family !== 0 && /^\d+$/.test(length ?? '') && Number(length) <= (family === 4 ? 32 : 128);
};

export const isFullyQualifiedDomainName: TextCheck = (value) => {
  if (value === '') return [];
  const problems = isDns1123Subdomain(value);
  if (problems.length > 0) return problems;
  return value.split('.').length < 2 ? ['should be a domain with at least two segments separated by dots'] : [];
};

/** What a generated name begins with is checked as if a letter followed. */
export const maskTrailingDash = (prefix: string) => (prefix.length > 1 && prefix.endsWith('-') ? `${prefix.slice(0, -2)}a` : prefix);
