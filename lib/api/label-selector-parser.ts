import { isLabelValue, isQualifiedName } from './validation/names';
import { matchesRequirement, type Requirement } from './selectors';
import { badRequest } from './status-error';
import type { Labels } from './types';

type Token = { readonly kind: 'end' | 'identifier' | '(' | ')' | ',' | '!' | '=' | '==' | '!=' | '>' | '<'; readonly text: string };

const END: Token = { kind: 'end', text: '' };
const SYMBOLS = ['!=', '==', '(', ')', ',', '!', '=', '>', '<'] as const;

/**
 * The `labelSelector` query parameter: `app=web,tier in (a,b),!old,count>3`. Throws StatusError 400 with the texts of k8s.io/apimachinery 1.28.
 * An empty text has no requirements and matches everything.
 */
export function parseLabelSelector(text: string): readonly Requirement[] {
  return new Parser(tokenize(text)).parse();
}

export const matchesRequirements = (requirements: readonly Requirement[], labels: Labels = {}) => requirements.every((requirement) => matchesOne(requirement, labels));

/** Gt and Lt of selectors compare integers; a label that is none does not match. */
function matchesOne(requirement: Requirement, labels: Labels): boolean {
  const { key, operator } = requirement;
  if ((operator === 'Gt' || operator === 'Lt') && !/^[+-]?\d+$/.test(labels[key] ?? '')) return false;
  return matchesRequirement(requirement, labels);
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length;) {
    if (/[ \t\r\n]/.test(text[at])) {
      at += 1;
      continue;
    }
    const symbol = SYMBOLS.find((candidate) => text.startsWith(candidate, at));
    const word = symbol ?? (/^[^ \t\r\n=!(),<>]+/.exec(text.slice(at)) as RegExpExecArray)[0];
    tokens.push(symbol ? { kind: symbol, text: symbol } : { kind: 'identifier', text: word });
    at += word.length;
  }
  return tokens;
}

class Parser {
  private at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  parse(): readonly Requirement[] {
    const requirements: Requirement[] = [];
    for (;;) {
      const first = this.peek();
      if (first.kind === 'end') return requirements;
      if (first.kind !== 'identifier' && first.kind !== '!') throw badRequest(`found '${first.text}', expected: !, identifier, or 'end of string'`);
      requirements.push(this.requirement());
      const next = this.take();
      if (next.kind === 'end') return requirements;
      if (next.kind !== ',') throw badRequest(`found '${next.text}', expected: ',' or 'end of string'`);
      const after = this.peek();
      if (after.kind !== 'identifier' && after.kind !== '!') throw badRequest(`found '${after.text}', expected: identifier after ','`);
    }
  }

  private peek(): Token {
    return this.tokens[this.at] ?? END;
  }

  private take(): Token {
    const token = this.peek();
    this.at += 1;
    return token;
  }

  private requirement(): Requirement {
    let token = this.take();
    const negated = token.kind === '!';
    if (negated) token = this.take();
    if (token.kind !== 'identifier') throw problem(`found '${token.text}', expected: identifier`);
    const key = token.text;
    checkKey(key);
    const { kind } = this.peek();
    if (negated || kind === 'end' || kind === ',') return { key, operator: negated ? 'DoesNotExist' : 'Exists', values: [] };
    const operator = this.operator();
    const values = operator === 'In' || operator === 'NotIn' ? this.valueSet() : [this.exactValue()];
    return checked(key, operator, values);
  }

  /** `=` and `!=` mean In and NotIn of one value. */
  private operator(): string {
    const { kind, text } = this.take();
    if (kind === 'identifier') {
      if (text === 'in') return 'In';
      if (text === 'notin') return 'NotIn';
    }
    if (kind === '=' || kind === '==') return '=';
    if (kind === '!=') return '!=';
    if (kind === '>') return 'Gt';
    if (kind === '<') return 'Lt';
    throw problem(`found '${text}', expected: in, notin, =, ==, !=, gt, lt`);
  }

  private valueSet(): string[] {
    const open = this.take();
    if (open.kind !== '(') throw problem(`found '${open.text}' expected: '('`);
    const first = this.peek();
    if (first.kind === ')') {
      this.take();
      return [];
    }
    if (first.kind !== 'identifier' && first.kind !== ',') throw problem(`found '${first.text}', expected: ',', ')' or identifier`);
    const values = this.identifiers();
    const close = this.take();
    if (close.kind !== ')') throw problem(`found '${close.text}', expected: ')'`);
    return values;
  }

  /** Values between parentheses; nothing between commas is the empty value. */
  private identifiers(): string[] {
    const values = new Set<string>();
    for (;;) {
      const token = this.take();
      const next = this.peek();
      if (token.kind === 'identifier') {
        values.add(token.text);
        if (next.kind === ')') return [...values];
        if (next.kind !== ',') throw problem(`found '${next.text}', expected: ',' or ')'`);
      } else if (token.kind === ',') {
        if (values.size === 0) values.add('');
        if (next.kind === ')') return [...values.add('')];
        if (next.kind === ',') {
          this.take();
          values.add('');
        }
      } else {
        throw problem(`found '${token.text}', expected: ',', or identifier`);
      }
    }
  }

  private exactValue(): string {
    const { kind } = this.peek();
    if (kind === 'end' || kind === ',') return '';
    const token = this.take();
    if (token.kind === 'identifier') return token.text;
    throw problem(`found '${token.text}', expected: identifier`);
  }
}

function checked(key: string, operator: string, values: readonly string[]): Requirement {
  if ((operator === 'In' || operator === 'NotIn') && values.length === 0) throw problem("values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty");
  values.forEach((value, index) => {
    if ((operator === 'Gt' || operator === 'Lt') && !/^[+-]?\d+$/.test(value)) throw problem(`values[${index}]: Invalid value: ${JSON.stringify(value)}: for 'Gt', 'Lt' operators, the value must be an integer`);
    const errors = isLabelValue(value);
    if (errors.length > 0) throw problem(`values[${index}][${key}]: Invalid value: ${JSON.stringify(value)}: ${errors.join('; ')}`);
  });
  const plain = operator === '=' ? 'In' : operator === '!=' ? 'NotIn' : operator;
  return { key, operator: plain, values };
}

function checkKey(key: string): void {
  const errors = isQualifiedName(key);
  if (errors.length > 0) throw problem(`<nil>: Invalid value: ${JSON.stringify(key)}: ${errors.join('; ')}`);
}

const problem = (text: string) => badRequest(`unable to parse requirement: ${text}`);
