import type { KubeObject } from '../../lib/api/types';
import { TwelveFactorApp, type TwelveFactorAppOptions } from '../../lib/index';
import { parseManifests } from '../../lib/apply/load/parse-manifests';

/** The objects of an application `shop` that `build` fills. Parsed from the YAML, so that tests see what a cluster sees. */
export function synthesize(build: (app: TwelveFactorApp) => void, options?: TwelveFactorAppOptions): readonly any[] {
  const app = new TwelveFactorApp('shop', options);
  build(app);
  return parseManifests(app.synthYaml(), 'shop.yaml').map(({ object }) => object);
}

export const ofKind = (objects: readonly KubeObject[], kind: string): any => objects.find((object) => object.kind === kind);
