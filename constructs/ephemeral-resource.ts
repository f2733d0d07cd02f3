import type { Construct } from "constructs";
import { TerraformElement } from "./cdktf.ts";

/**
 * A resource that Terraform opens for the run and keeps nowhere: neither in the plan nor in the state.
 * cdktf has no construct for it. Needs Terraform 1.10.
 * @see https://developer.hashicorp.com/terraform/language/resources/ephemeral
 */
export class EphemeralResource extends TerraformElement {
  constructor(
    scope: Construct,
    id: string,
    /** Type of the ephemeral resource, for example `azurerm_key_vault_secret`. */
    readonly ephemeralType: string,
    private readonly attributes: Readonly<Record<string, unknown>>,
  ) {
    super(scope, id);
  }

  /** A reference to one of its attributes; only write-only attributes and providers take it. */
  reference(attribute: string): string {
    return `\${ephemeral.${this.ephemeralType}.${this.friendlyUniqueId}.${attribute}}`;
  }

  override toTerraform(): unknown {
    return { ephemeral: { [this.ephemeralType]: { [this.friendlyUniqueId]: this.attributes } } };
  }
}
