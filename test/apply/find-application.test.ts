import { describe, expect, it } from 'vitest';
import { chooseApplication } from '../../lib/apply/find-application';

const places = [{ name: 'shop', namespace: 'default' }, { name: 'shop', namespace: 'other' }, { name: 'blog', namespace: 'other' }];
const anywhere = { namespace: 'default', elsewhere: true };

describe('the application that a command is about', () => {
  it('is the one that is named, in the namespace before others', () => {
    expect(chooseApplication(places, { name: 'shop' }, anywhere)).toEqual({ name: 'shop', namespace: 'default' });
    expect(chooseApplication(places, { name: 'blog' }, anywhere)).toEqual({ name: 'blog', namespace: 'other' });
  });

  it('is the one that is called like the folder, else the only one in the namespace, else the only one', () => {
    expect(chooseApplication(places, { folder: 'blog' }, anywhere)).toEqual({ name: 'blog', namespace: 'other' });
    expect(chooseApplication(places, { folder: 'work' }, anywhere)).toEqual({ name: 'shop', namespace: 'default' });
    expect(chooseApplication([places[2]], { folder: 'work' }, anywhere)).toEqual({ name: 'blog', namespace: 'other' });
  });

  it('is never guessed among several, and never another one than was named', () => {
    expect(() => chooseApplication(places, { folder: 'work' }, { namespace: 'other', elsewhere: true })).toThrow('there are several applications: shop (namespace other), blog (namespace other); name one with --app');
    expect(() => chooseApplication(places, { name: 'shop' }, { namespace: 'third', elsewhere: true })).toThrow('shop is in several namespaces: default, other; name one with --namespace');
    expect(() => chooseApplication(places.slice(2), { name: 'blob' }, anywhere)).toThrow('there is no application "blob"; blog is meant, perhaps; there are: blog (namespace other)');
  });

  it('is not looked for elsewhere when a namespace was named', () => {
    const here = { namespace: 'default', elsewhere: false };
    expect(() => chooseApplication([places[0]], { name: 'blog' }, here)).toThrow('there is no application "blog" in namespace default; there are: shop (namespace default)');
    expect(() => chooseApplication([], { folder: 'work' }, here)).toThrow('there is no application in namespace default; bring one with: twelve apply');
  });
});
