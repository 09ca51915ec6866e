/**
 * `node -r cdk8s-twelve-factor/trace main.js`, or with ts-node: a program that uses cdk8s alone remembers which of its lines made which object. One with a TwelveFactorApp does so by
 * itself. Without somebody who wants to know ($TWELVE_REPORT, or validations of `cdk8s synth`) nothing is done.
 */
import { createRequire } from 'node:module';
import * as path from 'node:path';
import type * as cdk8s from 'cdk8s';
import type * as constructs from 'constructs';
import { isReportRequested, startReporting } from './constructs/program-report';

/** For the copies of the libraries that a program loads, and for ours. */
export function traceLibrariesOf(program: string): void {
  if (!isReportRequested()) return;
  startReporting();
  try {
    const load = createRequire(program);
    const { App, ApiObject } = load('cdk8s') as typeof cdk8s;
    const { Node } = load('constructs') as typeof constructs;
    startReporting({ App, ApiObject, Node });
  } catch {
    // It has no copies of its own.
  }
}

// Node's word for the modules of -r.
if (module.parent?.id === 'internal/preload') traceLibrariesOf(path.join(process.cwd(), 'main.js'));
