import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider/index.js";
import type { Construct } from "constructs";
import type { BackendConfig, ProvidersConfig } from "../config/schema.ts";
import { kindOf } from "../constructs/address.ts";
import { type TerraformElement, TerraformOutput, TerraformStack } from "../constructs/cdktf.ts";
import { App } from "./app.ts";
import { StackBackend, type StackIdentity } from "./backend.ts";
import { withProviders } from "./providers.ts";
import { shellWord } from "./shell.ts";

/**
 * Write-only attributes and ephemeral values need 1.11.
 * https://developer.hashicorp.com/terraform/language/manage-sensitive-data/write-only
 */
const TERRAFORM_VERSION = ">= 1.11";

/** What every stack needs. */
export interface AzureStackProps {
  /** Azure subscription (a GUID) that the provider works in. */
  readonly subscriptionId: string;
  /** Where Terraform keeps the state. */
  readonly backend: BackendConfig;
  /** Versions of the providers. Default: those that azureml-aks is tested with. */
  readonly providers?: ProvidersConfig;
  /** Folder of local states, from the folder of a stack, with slashes. */
  readonly stateDirectory: string;
}

/**
 * A stack with its backend, the azurerm provider, and addresses that people can read and that never change by
 * themselves.
 */
export class AzureStack extends TerraformStack {
  // Created before the superclass asks for it.
  private addresses: Map<string, TerraformElement> | undefined;
  /** The azurerm provider of the stack. */
  protected readonly azurerm: AzurermProvider;
  private readonly providers: ProvidersConfig;
  private rendered: unknown;

  constructor(scope: Construct, stack: StackIdentity, props: AzureStackProps) {
    const { name } = stack;
    super(scope, name);
    this.providers = props.providers ?? {};
    this.addOverride("terraform.required_version", TERRAFORM_VERSION);
    new StackBackend(this, props.backend, stack, props.stateDirectory);
    this.azurerm = new AzurermProvider(this, "azurerm", { features: [{}], subscriptionId: props.subscriptionId });
    this.output("azureml_aks_stack", name, "The stack that this is");
  }

  /** Rendered once where all stacks are judged before one is written. In cdktf's App, aspects may still change it. */
  override toTerraform(): unknown {
    if (!(this.node.root instanceof App)) return this.render();
    this.rendered ??= this.render();
    return this.rendered;
  }

  private render(): unknown {
    const json: unknown = super.toTerraform();
    withProviders(json, this.providers);
    return json;
  }

  protected output(name: string, value: string, description: string): void {
    new TerraformOutput(this, name, { value, description });
  }

  /** The command, not the kubeconfig. */
  protected credentialsOutput(
    subscriptionId: string,
    { resourceGroup, name }: { readonly resourceGroup: string; readonly name: string },
  ): void {
    const words = ["--subscription", subscriptionId, "--resource-group", resourceGroup, "--name", name].map(shellWord);
    this.output("get_credentials", `az aks get-credentials ${words.join(" ")}`, "Gives kubectl access to the cluster");
  }

  /**
   * The path in the stack, without hashes: `azurerm_kubernetes_cluster.cluster`, not `..._cluster_5A4F2C1B`.
   * Two elements of one type and name would be merged silently, so they are refused.
   */
  protected override allocateLogicalId(element: TerraformElement): string {
    const steps = element.node.scopes.slice(element.node.scopes.indexOf(this) + 1).map((scope) => scope.node.id);
    const id = steps
      .filter((step) => step !== "Resource" && step !== "Default")
      .join("_")
      .replaceAll(/[^A-Za-z0-9_-]/g, "_");
    this.addresses ??= new Map();
    const address = `${kindOf(element)}.${id}`;
    const owner = this.addresses.get(address);
    if (owner && owner !== element)
      throw new Error(`${element.node.path} and ${owner.node.path} would both be ${address}: rename one of them`);
    this.addresses.set(address, element);
    return id;
  }
}
