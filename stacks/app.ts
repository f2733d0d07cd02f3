import { mkdirSync } from "node:fs";
import { RootConstruct } from "constructs";
import type { Acknowledgement } from "../constructs/acknowledgement.ts";
import { cdktfPackage, DISABLE_STACK_TRACE_IN_METADATA, Manifest, TerraformStack } from "../constructs/cdktf.ts";

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
    this.node.setContext("cdktfVersion", cdktfPackage.version);
    this.node.setContext(DISABLE_STACK_TRACE_IN_METADATA, true);
  }

  /** The stacks in the order of their dependence. */
  get stacks(): TerraformStack[] {
    return this.node.children.filter(TerraformStack.isStack);
  }

  /** Makes the stacks ready to be rendered. */
  prepare(): void {
    if (this.isPrepared) return;
    for (const stack of this.stacks) stack.prepareStack();
    this.isPrepared = true;
  }

  /** Writes `stacks/<name>/cdk.tf.json` and `manifest.json`, which is what `cdktf` reads. */
  synth(outputDirectory: string): void {
    mkdirSync(outputDirectory, { recursive: true });
    const hclOutput = process.env.SYNTH_HCL_OUTPUT === "true";
    const manifest = new Manifest(cdktfPackage.version, outputDirectory, hclOutput);
    this.prepare();
    // The validations judge stacks one by one, in other people's programs; here all are judged together before.
    for (const stack of this.stacks) stack.synthesizer.synthesize({ outdir: outputDirectory, skipValidation: true, manifest });
    manifest.writeToFile();
  }
}
