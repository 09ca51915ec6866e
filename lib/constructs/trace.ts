import { fileURLToPath } from 'node:url';
import * as path from 'node:path';
import type * as constructs from 'constructs';

/** A frame of the program's own code as V8 gives it: not yet mapped to the sources. */
export interface RawFrame {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly site: NodeJS.CallSite;
}

/** What was at work when a construct was made. */
interface Recorded {
  /** Frames of the program, the innermost first. */
  readonly frames: readonly RawFrame[];
  /** Made by `app.synth()` itself, so that its frames say nothing about it. */
  readonly late: boolean;
}

/** Deep enough for a program's own line under our constructs, cdk8s and a few helpers. */
const DEPTH = 64;

const INSTALLED = Symbol.for('cdk8s-twelve-factor.trace');

interface Tracer {
  readonly of: WeakMap<object, Recorded>;
  synthesizing: boolean;
}

type TracedPrototype = constructs.Node & { [INSTALLED]?: Tracer };

/**
 * From now on every construct remembers the program's lines that made it. Once per copy of the library `constructs`; again is nothing. Costs about 15 µs a construct, so it is
 * done only when somebody asks for the report.
 */
export function ensureTraced(Node: typeof constructs.Node): void {
  const prototype = Node.prototype as TracedPrototype;
  if (prototype[INSTALLED]) return;
  const tracer: Tracer = { of: new WeakMap(), synthesizing: false };
  Object.defineProperty(prototype, INSTALLED, { value: tracer });
  // The one place through which every construct comes while its class is still being constructed. Not public in the types.
  const hooked = prototype as unknown as { addChild(child: object, name: string): void };
  const { addChild } = hooked;
  hooked.addChild = function traced(this: constructs.Node, child: object, name: string): void {
    tracer.of.set(child, { frames: programFrames(traced), late: tracer.synthesizing });
    addChild.call(this, child, name);
  };
}

/** Runs `app.synth()`: what is made in it belongs to the construct it is made in. */
export function whileSynthesizing<T>(construct: constructs.IConstruct, synth: () => T): T {
  const tracer = tracerOf(construct);
  if (!tracer || tracer.synthesizing) return synth();
  tracer.synthesizing = true;
  try {
    return synth();
  } finally {
    tracer.synthesizing = false;
  }
}

/** The program's frames that made a construct, the innermost first; empty when nobody asked to remember them. */
export function rawTraceOf(construct: constructs.IConstruct): readonly RawFrame[] {
  const tracer = tracerOf(construct);
  if (!tracer) return [];
  for (const scope of [...construct.node.scopes].reverse()) {
    const recorded = tracer.of.get(scope);
    if (recorded && !recorded.late && recorded.frames.length > 0) return recorded.frames;
  }
  return [];
}

const tracerOf = (construct: constructs.IConstruct): Tracer | undefined => (construct.node as TracedPrototype)[INSTALLED];

/** @param below the function from which on frames count: its own are left out */
function programFrames(below: (...args: never[]) => unknown): readonly RawFrame[] {
  const { prepareStackTrace, stackTraceLimit } = Error;
  let sites: readonly NodeJS.CallSite[] = [];
  Error.stackTraceLimit = DEPTH;
  Error.prepareStackTrace = (_, found) => {
    sites = found;
    return '';
  };
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, below);
  void holder.stack; // the sites are made when it is read
  Error.prepareStackTrace = prepareStackTrace;
  Error.stackTraceLimit = stackTraceLimit;
  return sites.flatMap((site) => toFrame(site) ?? []);
}

function toFrame(site: NodeJS.CallSite): RawFrame | undefined {
  const name = site.getFileName();
  if (!name || isLibrary(name)) return undefined;
  const line = site.getLineNumber();
  const column = site.getColumnNumber();
  if (line === null || column === null) return undefined;
  return { file: name.startsWith('file:') ? fileURLToPath(name) : name, line, column, site };
}

const known = new Map<string, boolean>();

/** Packages, Node.js itself, and this package when it runs from its own folder. */
function isLibrary(file: string): boolean {
  let answer = known.get(file);
  if (answer === undefined) {
    answer = file.startsWith('node:') || /[\\/]node_modules[\\/]/.test(file) || !(path.isAbsolute(file) || file.startsWith('file:')) || file.replace(/^file:\/\//, '').startsWith(ownFolder());
    known.set(file, answer);
  }
  return answer;
}

let own: string | undefined;

/** `lib/`, or where the bundled constructs lie. Not by `__dirname`: in the bundle it is that of cdk8s. */
function ownFolder(): string {
  own ??= path.join(path.dirname(path.dirname(ownFile())), path.sep);
  return own;
}

function ownFile(): string {
  const { prepareStackTrace } = Error;
  let file = '';
  Error.prepareStackTrace = (_, sites) => {
    file = sites[0]?.getFileName() ?? '';
    return '';
  };
  void new Error().stack;
  Error.prepareStackTrace = prepareStackTrace;
  return file.startsWith('file:') ? fileURLToPath(file) : file;
}
