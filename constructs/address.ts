import {
  TerraformBackend,
  TerraformDataSource,
  type TerraformElement,
  TerraformOutput,
  TerraformProvider,
  TerraformResource,
} from "./cdktf.ts";
import { EphemeralResource } from "./ephemeral-resource.ts";

/** Terraform's kind and type of an element: `azurerm_kubernetes_cluster`, `data.azurerm_key_vault`, `output`. */
export function kindOf(element: TerraformElement): string {
  if (TerraformResource.isTerraformResource(element)) return element.terraformResourceType;
  if (TerraformDataSource.isTerraformDataSource(element)) return `data.${element.terraformResourceType}`;
  if (element instanceof EphemeralResource) return `ephemeral.${element.ephemeralType}`;
  if (TerraformOutput.isTerraformOutput(element)) return "output";
  if (TerraformProvider.isTerraformProvider(element)) return `provider.${element.terraformResourceType}`;
  if (TerraformBackend.isBackend(element)) return "backend";
  return element.constructor.name;
}

/** Terraform address in the stack, for example `data.azurerm_key_vault.vault`. */
export function addressOf(element: TerraformElement): string {
  return `${kindOf(element)}.${element.friendlyUniqueId}`;
}
