import { mkdirSync } from "node:fs";
import { RootConstruct } from "constructs";
import { cdktfPackage, DISABLE_STACK_TRACE_IN_METADATA, Manifest, TerraformStack } from "../constructs/cdktf.ts";

/**
 * What cdktf's own App does, in two steps: stacks are rendered, and written only when somebody asks.
 * cdktf's App makes the output folder in its constructor, and a check must not touch the disk.
 */
export class App extends RootConstruct {
  constructor() {
    super();
    this.node.setContext("cdktfVersion", cdktfPackage.version);
    this.node.setContext(DISABLE_STACK_TRACE_IN_METADATA, true);
  }

  /** The stacks in the order of their dependence. */
  get stacks(): TerraformStack[] {
    return this.node.findAll().filter(TerraformStack.isStack);
  }

  /** Writes `stacks/<name>/cdk.tf.json` and `manifest.json`, which is what `cdktf` reads. */
  synth(outputDirectory: string): void {
    mkdirSync(outputDirectory, { recursive: true });
    const hclOutput = process.env.SYNTH_HCL_OUTPUT === "true";
    const manifest = new Manifest(cdktfPackage.version, outputDirectory, hclOutput);
    const { stacks } = this;
    for (const stack of stacks) stack.prepareStack();
    for (const stack of stacks) stack.synthesizer.synthesize({ outdir: outputDirectory, skipValidation: false, manifest });
    manifest.writeToFile();
  }
}
