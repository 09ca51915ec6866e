import { describe, expect, it } from 'vitest';
import { isConfigMapKey, isDns1035Label, isDns1123Label, isDns1123Subdomain, isIp, isLabelValue, isPathSegment, isPortName, isQualifiedName, maskTrailingDash, type TextCheck } from '../../../lib/api/validation/names';

describe('names', () => {
  it.each<[string, TextCheck, string, boolean]>([
    ['a label', isDns1123Label, 'web-0', true],
    ['a label with upper case', isDns1123Label, 'Web', false],
    ['a label of 64 characters', isDns1123Label, 'a'.repeat(64), false],
    ['a label that ends with a dash', isDns1123Label, 'web-', false],
    ['a service name that begins with a digit', isDns1035Label, '0web', false],
    ['a subdomain', isDns1123Subdomain, 'a.example.com', true],
    ['a subdomain with an empty part', isDns1123Subdomain, 'a..com', false],
    ['a qualified name', isQualifiedName, 'example.com/My.Name', true],
    ['a qualified name with two slashes', isQualifiedName, 'a/b/c', false],
    ['a qualified name without a name', isQualifiedName, 'example.com/', false],
    ['an empty label value', isLabelValue, '', true],
    ['a label value with a blank', isLabelValue, 'a b', false],
    ['a key of a ConfigMap', isConfigMapKey, 'app_CONFIG.json', true],
    ['the key ..', isConfigMapKey, '..', false],
    ['a name of RBAC', isPathSegment, 'system:node-proxier', true],
    ['a name of RBAC with a slash', isPathSegment, 'a/b', false],
    ['a port name without a letter', isPortName, '8080', false],
    ['an address with a zone', isIp, 'fe80::1%eth0', false],
  ])('%s', (_what, check, value, good) => {
    expect(check(value).length === 0).toBe(good);
  });

  it('names the part of a qualified name that is wrong', () => {
    expect(isQualifiedName('Bad_/name')[0]).toMatch(/^prefix part a lowercase RFC 1123 subdomain must consist/);
  });

  it('checks a generated name as if something followed the dash', () => {
    expect(isDns1123Subdomain(maskTrailingDash('web-'))).toEqual([]);
  });
});
