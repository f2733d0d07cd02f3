import type { Construct } from "constructs";
import { TerraformElement } from "./cdktf.ts";

/**
 * Tells Terraform that what was at one address is now at another. cdktf's own `moveTo` runs the terraform binary.
 * @see https://developer.hashicorp.com/terraform/language/modules/develop/refactoring
 */
export class MovedBlock extends TerraformElement {
  constructor(
    scope: Construct,
    id: string,
    private readonly addresses: { readonly from: string; readonly to: string },
    /** Why it moved, for whoever reads the JSON. */
    private readonly comment?: string,
  ) {
    super(scope, id);
  }

  override toTerraform(): unknown {
    return { moved: [{ ...(this.comment === undefined ? {} : { "//": this.comment }), ...this.addresses }] };
  }
}
