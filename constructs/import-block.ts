import type { Construct } from "constructs";
import { TerraformElement } from "./cdktf.ts";

/**
 * Has Terraform take over what exists already. cdktf's own `importFrom` runs the terraform binary.
 * @see https://developer.hashicorp.com/terraform/language/import
 */
export class ImportBlock extends TerraformElement {
  constructor(
    scope: Construct,
    id: string,
    private readonly block: { readonly to: string; readonly id: string },
  ) {
    super(scope, id);
  }

  override toTerraform(): unknown {
    return { import: [{ ...this.block }] };
  }
}
