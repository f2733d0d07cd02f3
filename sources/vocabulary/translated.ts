import type { Change, ResourceParts } from "../../model/resource.ts";
import type { Value } from "../../model/value.ts";
import { once } from "../once.ts";

/** What a translation says of a resource beside its attributes. */
export interface Facts {
  /** Type in the model. */
  readonly type: string;
  readonly notTold?: string;
  readonly isInline?: boolean;
  /** Whether it updates what another made: to create it is to update that, and nothing is ever replaced. */
  readonly isUpdate?: boolean;
  readonly subscriptionId?: string;
}

/**
 * A resource in the vocabulary of the model, beside itself as its author wrote it. Nothing is translated before it is
 * asked for.
 */
export abstract class Translated implements ResourceParts {
  readonly type: string;
  readonly notTold?: string;
  readonly isInline?: boolean;
  readonly place: ResourceParts["place"];

  constructor(
    readonly authored: ResourceParts,
    private readonly facts: Facts,
  ) {
    this.type = facts.type;
    this.notTold = facts.notTold ?? authored.notTold;
    this.isInline = facts.isInline;
    const { place } = authored;
    this.place = place && ((path) => place(this.writtenAs(path)));
  }

  get edits(): ResourceParts["edits"] {
    return this.authored.edits;
  }

  get stack(): string {
    return this.authored.stack;
  }

  get address(): string {
    return this.authored.address;
  }

  get mode(): ResourceParts["mode"] {
    return this.authored.mode;
  }

  get provider(): string {
    return this.authored.provider;
  }

  get providerHost(): ResourceParts["providerHost"] {
    return this.authored.providerHost;
  }

  get subscriptionId(): string | undefined {
    return this.facts.subscriptionId ?? this.authored.subscriptionId;
  }

  get isImported(): boolean | undefined {
    return this.authored.isImported;
  }

  get sensitive(): unknown {
    return this.authored.sensitive;
  }

  get hasSecretLiterals(): boolean | undefined {
    return this.authored.hasSecretLiterals;
  }

  /** As the author wrote it: `writtenAs` leads there. */
  get written(): Value {
    return once(this, "written", () => this.asWritten(this.authored.written ?? this.authored.attributes));
  }

  /** Attributes in their author's spelling, with what stands in them as text read. */
  asWritten(attributes: Value): Value {
    return attributes;
  }

  get attributes(): Value {
    return once(this, "attributes", () => this.read(this.authored.attributes));
  }

  get change(): Change | undefined {
    return once(this, "change", () => this.authored.change && this.readChange(this.authored.change));
  }

  abstract writtenAs(path: string): string;

  /** The attributes, in the vocabulary of the model. */
  protected abstract read(attributes: Value): Value;

  /** The paths in the model of a path that its author changes. */
  protected abstract canonicalPaths(path: string): readonly string[];

  /** The paths of all that it carries. */
  protected abstract carried(): readonly string[];

  protected actionsOf({ actions }: Change): readonly string[] {
    return this.facts.isUpdate && actions.includes("create") ? ["update"] : actions;
  }

  private readChange(change: Change): Change {
    const pathsOf = (paths: readonly string[]): string[] => [
      ...new Set(paths.flatMap((path) => this.canonicalPaths(path))),
    ];
    const readBefore = (): Value => (change.before === undefined ? undefined : this.read(change.before));
    const actions = this.actionsOf(change);
    const { isUpdate = false } = this.facts;
    const isNew = isUpdate && change.before === undefined;
    const carried = (): readonly string[] => this.carried();
    const { reason, previousAddress, isDeposed, deferred } = change;
    return {
      actions,
      reason,
      previousAddress,
      isDeposed,
      deferred,
      get before() {
        return once(this, "before", readBefore);
      },
      get changed() {
        return once(this, "changed", () => (isNew ? carried() : pathsOf(change.changed)));
      },
      get replacing() {
        return once(this, "replacing", () => (isUpdate ? [] : pathsOf(change.replacing)));
      },
    };
  }
}
