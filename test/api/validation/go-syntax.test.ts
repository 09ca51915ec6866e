import { describe, expect, it } from 'vitest';
import { go } from '../../../lib/api/validation/go-syntax';

describe('values as Go prints them', () => {
  it.each([
    ['map[string]string', undefined, 'map[string]string(nil)'],
    ['map[string]string', { b: '2', a: '1' }, 'map[string]string{"a":"1", "b":"2"}'],
    ['[]string', ['x'], '[]string{"x"}'],
    ['intstr.IntOrString', '25%', 'intstr.IntOrString{Type:1, IntVal:0, StrVal:"25%"}'],
    ['v1.LabelSelector', { matchLabels: { a: 'b' } }, 'v1.LabelSelector{MatchLabels:map[string]string{"a":"b"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}'],
    ['apps.DeploymentStrategy', { type: 'Foo' }, 'apps.DeploymentStrategy{Type:"Foo", RollingUpdate:(*apps.RollingUpdateDeployment)(nil)}'],
    ['resource.Quantity', '1500m', 'resource.Quantity{i:resource.int64Amount{value:1500, scale:-3}, d:resource.infDecAmount{Dec:(*inf.Dec)(nil)}, s:"1500m", Format:"DecimalSI"}'],
  ])('%s', (type, value, text) => {
    expect(go(type, value).goSyntax).toBe(text);
  });
});
