import * as net from 'node:net';

const EMAIL = /^[^\s@<>()]+@[^\s@<>()]+$/;
const UUID = (version: string) => new RegExp(`^[0-9a-f]{8}-?[0-9a-f]{4}-?${version}[0-9a-f]{3}-?[0-9a-f]{4}-?[0-9a-f]{12}$`, 'i');
const isDate = (text: string) => /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
const isDateTime = (text: string) => /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text));
const isCidr = (text: string) => {
  const [address = '', length = ''] = text.split('/');
  const family = net.isIP(address);
  return family !== 0 && /^\d+$/.test(length) && Number(length) <= (family === 4 ? 32 : 128);
};

/** Formats that are checked; others mean nothing to the server. */
const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  'byte': (text) => text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text),
  'date': isDate,
  'date-time': isDateTime,
  'datetime': isDateTime,
  'duration': (text) => /^[+-]?(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(text) || /^\d+(\.\d+)?\s*(ns|us|µs|ms|s|sec|second|seconds|m|min|minute|minutes|h|hr|hour|hours|d|day|days|w|week|weeks|wk)$/i.test(text),
  'email': (text) => EMAIL.test(text),
  'hostname': (text) => text.length < 256 && /^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?(\.[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?)*$/.test(text),
  'ipv4': (text) => net.isIPv4(text),
  'ipv6': (text) => net.isIPv6(text),
  'cidr': isCidr,
  'mac': (text) => /^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i.test(text),
  'uri': (text) => URL.canParse(text) || text.startsWith('/'),
  'uuid': (text) => UUID('[0-9a-f]').test(text),
  'uuid3': (text) => UUID('3').test(text),
  'uuid4': (text) => UUID('4').test(text),
  'uuid5': (text) => UUID('5').test(text),
  'hexcolor': (text) => /^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.test(text),
};

export const matchesFormat = (format: string, text: string): boolean => FORMATS[format.toLowerCase()]?.(text) ?? true;
