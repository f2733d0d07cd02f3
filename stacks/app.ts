import { mkdirSync } from "node:fs";
import { RootConstruct } from "constructs";
import type { Acknowledgement } from "../constructs/acknowledgement.ts";
import {
  Aspects,
  cdktfVersion,
  DISABLE_STACK_TRACE_IN_METADATA,
  Manifest,
  TerraformStack,
} from "../constructs/cdktf.ts";

/**
 * What cdktf's own App does, in two steps: stacks are rendered, and written only when somebody asks.
 * cdktf's App makes the output folder in its constructor, and a check must not touch the disk.
 */
export class App extends RootConstruct {
  /** Every acknowledgement of the configuration, with where it stands. */
  readonly acknowledgements = new Map<Acknowledgement, readonly PropertyKey[]>();
  private isPrepared = false;

  constructor() {
    super();
    this.node.setContext("cdktfVersion", cdktfVersion);
    this.node.setContext(DISABLE_STACK_TRACE_IN_METADATA, true);
  }

  /** The stacks in the order of their dependence. */
  get stacks(): TerraformStack[] {
    const ordered = new Set<TerraformStack>();
    const add = (stack: TerraformStack): void => {
      if (ordered.has(stack)) return;
      for (const before of stack.dependencies) add(before);
      ordered.add(stack);
    };
    for (const stack of this.node.children.filter(TerraformStack.isStack)) add(stack);
    return [...ordered];
  }

  /**
   * Makes the stacks ready to be rendered. Throws where an aspect is attached: it would change what was judged already;
   * in cdktf's App, the same stacks take aspects.
   */
  prepare(): void {
    if (this.isPrepared) return;
    const changed = this.node.findAll().find((construct) => Aspects.of(construct).all.length > 0);
    if (changed)
      throw new Error(
        `${changed.node.path || "the app"} has an aspect, which would change what was judged: build the stacks in cdktf's own App, which runs aspects first`,
      );
    for (const stack of this.stacks) stack.prepareStack();
    this.isPrepared = true;
  }

  /**
   * Says that no stack refers to another, as none does of those that `build` makes: cdktf prepares nothing else, and
   * resolves every token for it.
   */
  needsNoPreparation(): void {
    this.isPrepared = true;
  }

  /** Writes `stacks/<name>/cdk.tf.json` and `manifest.json`, which is what `cdktf` reads. */
  synth(outputDirectory: string): void {
    mkdirSync(outputDirectory, { recursive: true });
    const manifest = new Manifest(cdktfVersion, outputDirectory, false);
    this.prepare();
    // The validations judge stacks one by one, in other people's programs; here all are judged together before.
    // CDK Terrain would prepare a stack again, which was rendered already.
    const session = { outdir: outputDirectory, skipValidation: true, manifest, stacksPrepared: true };
    for (const stack of this.stacks) stack.synthesizer.synthesize(session);
    manifest.writeToFile();
  }
}
