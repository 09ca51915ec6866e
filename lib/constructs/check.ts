import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { IGNORE_PREFIX } from '../api/label-keys';

/** What a program tells `twelve check`. */
export class Check {
  /**
   * The objects of a construct, also those it makes later, are not to be found by a rule. The reason is written into their annotations, and told in the output of the check.
   * A rule that does not exist, that finds nothing there, or that cannot be ignored is a finding itself.
   * @param rule as findings name it: `floating-tag`
   * @param reason why it does not count here, for whoever reads it in a year
   */
  static ignore(construct: IConstruct, rule: string, reason: string): void {
    const what = `Check.ignore(${construct.node.path || 'the app'}, '${rule}')`;
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(rule)) throw new Error(`${what}: "${rule}" is not the name of a rule; write it as the finding does, for example floating-tag`);
    // Programs are run without a look at their types.
    if (typeof (reason as unknown) !== 'string' || !reason.trim()) throw new Error(`${what} needs a reason; write why the rule does not count here`);
    // A validation runs when the whole tree is there, and before anything is written.
    construct.node.addValidation({
      validate() {
        for (const object of construct.node.findAll()) {
          if (object instanceof ApiObject) object.metadata.addAnnotation(`${IGNORE_PREFIX}${rule}`, reason.trim());
        }
        return [];
      },
    });
  }

  private constructor() {}
}
