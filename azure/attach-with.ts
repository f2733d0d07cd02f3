/**
 * Which Terraform provider attaches a cluster as AksCompute. azurerm's resource is the plain one; it cannot do two
 * things, and each of them makes azapi's the choice.
 * https://registry.terraform.io/providers/hashicorp/azurerm/4.55.0/docs/resources/machine_learning_inference_cluster
 */
export type AttachWith = "azurerm" | "azapi";

export interface AttachmentNeeds {
  /** The load balancer is internal. */
  readonly internalLoadBalancer: boolean;
  /** The certificate is one's own, with a private key. */
  readonly ownCertificate: boolean;
  /** A compute with TLS is there already, and is taken over. */
  readonly adoptsTls: boolean;
}

export interface Decision {
  /** What is asked for, in words. */
  readonly asked: string;
  readonly when: (needs: AttachmentNeeds) => boolean;
  readonly attachWith: AttachWith;
  readonly why: string;
}

/** The first row that applies decides. */
export const DECISIONS: readonly Decision[] = [
  {
    asked: "an internal load balancer",
    when: ({ internalLoadBalancer }) => internalLoadBalancer,
    attachWith: "azapi",
    why: "azurerm has no argument for it: it would make a public load balancer first",
  },
  {
    asked: "a certificate of your own",
    when: ({ ownCertificate }) => ownCertificate,
    attachWith: "azapi",
    why: "azurerm keeps the private key in plan and state, in clear",
  },
  {
    asked: "taking over a compute with TLS",
    when: ({ adoptsTls }) => adoptsTls,
    attachWith: "azapi",
    why: "azurerm never reads TLS back, and would replace the compute at once",
  },
  {
    asked: "none of these",
    when: () => true,
    attachWith: "azurerm",
    why: "the provider's own resource does all of it",
  },
];

export function decideAttachWith(needs: AttachmentNeeds): AttachWith {
  return (DECISIONS.find(({ when }) => when(needs)) as Decision).attachWith;
}

/** What follows from the choice, for documentation. */
export const ATTACH_WITH_NOTE =
  "attachWith: azurerm or azapi overrides it; the rules then say what is lost. Going from azurerm to azapi is an update in place. " +
  "The way back is refused by Terraform: azurerm cannot take over what azapi made. Detach first (cdktf destroy of the attachment stack), then attach again.";
