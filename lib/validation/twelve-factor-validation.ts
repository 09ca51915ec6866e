import { createRequire } from 'node:module';
import { packageFile } from '../base/package-root';

export interface TwelveFactorValidationOptions {
  /** Versions of Kubernetes that the manifests are to run on: `1.30`, `1.28..1.33`. @default the bundled runtime's */
  readonly kubernetes?: string;
  /** Warnings fail too. @default false */
  readonly strict?: boolean;
}

/** What `cdk8s synth` hands to a validation; the parts that are used. */
export interface ValidationContext {
  readonly manifests: readonly string[];
  readonly report: {
    addViolation(violation: {
      readonly ruleName: string;
      readonly recommendation: string;
      readonly fix: string;
      readonly violatingResources: readonly { readonly resourceName: string; readonly locations: readonly string[]; readonly manifestPath: string }[];
    }): void;
    submit(status: 'success' | 'failure', metadata?: Readonly<Record<string, string>>): void;
  };
}

/**
 * The checks of `twelve check` as a validation of `cdk8s synth`, with the program's lines: an existing pipeline fails with the same findings. Named in `cdk8s.yaml` under `validations`,
 * whose `properties` are the options (docs/check.md).
 */
export class TwelveFactorValidation {
  constructor(private readonly options: TwelveFactorValidationOptions = {}) {}

  async validate(context: ValidationContext): Promise<void> {
    // By a path, so that programs which only use the constructs never load the rules.
    const { validateManifests } = createRequire(packageFile('package.json'))('./build/lib/validation/validate-manifests.js') as typeof import('./validate-manifests');
    await validateManifests(context, this.options);
  }
}
