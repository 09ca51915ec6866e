import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { FAILED_WHEN_ANNOTATION, KEEP_ANNOTATION, LEAVE_ANNOTATION, READY_WHEN_ANNOTATION } from '../api/label-keys';

/** What a program tells `twelve apply` about its objects. Written into their annotations, so plain YAML can say the same. */
export class Apply {
  /** The objects of a construct, also those it makes later, outlive the application: neither leaving the program nor `twelve delete` removes them, unless their namespace goes. */
  static keep(construct: IConstruct): void {
    // A validation runs when the whole tree is there, and before anything is written.
    construct.node.addValidation({
      validate() {
        for (const object of construct.node.findAll()) if (object instanceof ApiObject) object.metadata.addAnnotation(KEEP_ANNOTATION, 'true');
        return [];
      },
    });
  }

  /**
   * Somebody else decides these fields once the object is there: it is made with the values of the program, and they are no difference afterwards. May be called again for further fields.
   * @param fields paths as `kubectl explain` writes them; members of lists by their name: `spec.template.spec.containers[web].image`
   */
  static leaveFields(object: ApiObject, ...fields: readonly string[]): void {
    add(object, LEAVE_ANNOTATION, `Apply.leaveFields(${object.node.path})`, 'the path of a field, for example spec.replicas', fields);
  }

  /**
   * The object is ready when all of this holds. For a custom resource in place of the conventions of controllers, for a kind of Kubernetes on top of its own rule. May be called again.
   * @param terms conditions, `Synced=True`, or fields with their value, `.status.phase=Running`
   */
  static readyWhen(object: ApiObject, ...terms: readonly string[]): void {
    add(object, READY_WHEN_ANNOTATION, `Apply.readyWhen(${object.node.path})`, 'a condition (Ready=True) or a field with its value (.status.phase=Running)', terms);
  }

  /** Each of these means that the object will never get ready: apply ends at once and says so. In the form of `readyWhen`. May be called again. */
  static failedWhen(object: ApiObject, ...terms: readonly string[]): void {
    add(object, FAILED_WHEN_ANNOTATION, `Apply.failedWhen(${object.node.path})`, 'a condition (Stalled=True) or a field with its value (.status.phase=Broken)', terms);
  }

  private constructor() {}
}

function add(object: ApiObject, annotation: string, what: string, example: string, entries: readonly string[]): void {
  // Programs are run without a look at their types.
  if (entries.length === 0 || entries.some((entry) => typeof (entry as unknown) !== 'string' || !entry.trim())) throw new Error(`${what} needs ${example}`);
  const before = (object.metadata.toJson() as { readonly annotations?: Readonly<Record<string, string>> }).annotations?.[annotation];
  object.metadata.addAnnotation(annotation, [...(before === undefined ? [] : [before]), ...entries.map((entry) => entry.trim())].join(', '));
}
