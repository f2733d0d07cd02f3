import { DataAzurermKeyVaultCertificateData } from "@cdktf/provider-azurerm/lib/data-azurerm-key-vault-certificate-data/index.js";
import { DataAzurermKeyVaultSecret } from "@cdktf/provider-azurerm/lib/data-azurerm-key-vault-secret/index.js";
import { DataKubernetesSecretV1 } from "@cdktf/provider-kubernetes/lib/data-kubernetes-secret-v1/index.js";
import type { Construct } from "constructs";
import { TerraformStack, TerraformVariable } from "./cdktf.ts";
import { EphemeralResource } from "./ephemeral-resource.ts";
import { derive, isSet, type Keyed, type Traced, valuesOf } from "./keyed.ts";
import { elementFrom, madeFrom } from "./origin.ts";

/**
 * Where a certificate and its private key are kept. Never the key itself: a literal would reach the JSON, the plan and
 * the state.
 */
export type CertificateSource = (
  | {
      /** Resource ID of the key vault. */
      readonly keyVaultId: string;
      /** Secret that holds the certificate chain in PEM form. */
      readonly certificateSecretName: string;
      /** Secret that holds the private key in PEM form, without a passphrase. */
      readonly keySecretName: string;
    }
  | {
      /** Resource ID of the key vault. */
      readonly keyVaultId: string;
      /** Key Vault certificate object with an exportable key. */
      readonly certificateName: string;
    }
  | {
      /** The Terraform variables `tls_certificate` and `tls_key`, PEM text that is given for each run. */
      readonly variables: true;
    }
  | {
      /**
       * Secret of the cluster, in namespace default, with cert.pem and key.pem: azuremlfessl, where Azure ML keeps
       * them. The stack needs a kubernetes provider for that cluster, and its state then holds the key.
       */
      readonly clusterSecretName: string;
    }
) & {
  /** Raise it to roll a renewed certificate out. @default 1 */
  readonly version?: number;
};

/** References to PEM text. */
export interface CertificateReferences {
  readonly certificate: string;
  readonly key: string;
}

/**
 * Reads a certificate for the run alone: through ephemeral resources and variables, which neither plan nor state keep.
 * Only write-only attributes take what it gives.
 */
export function readEphemerally(scope: Construct, source: Keyed<CertificateSource>): CertificateReferences {
  const { keyVaultId, certificateName, certificateSecretName, keySecretName, clusterSecretName } = source;
  const open = (id: string, type: string, name: Traced<string>): EphemeralResource => {
    const attributes = { name, key_vault_id: keyVaultId };
    return madeFrom(new EphemeralResource(scope, id, type, valuesOf(attributes)), attributes);
  };
  if (isSet(clusterSecretName)) return readClusterSecret(scope, clusterSecretName);
  if (isSet(certificateName)) {
    const certificate = open("certificate", "azurerm_key_vault_certificate", certificateName);
    return { certificate: certificate.reference("pem"), key: certificate.reference("key") };
  }
  if (!isSet(certificateSecretName) || !isSet(keySecretName)) return variables(scope, true);
  return {
    certificate: open("certificate", "azurerm_key_vault_secret", certificateSecretName).reference("value"),
    key: open("key", "azurerm_key_vault_secret", keySecretName).reference("value"),
  };
}

/** Reads a certificate so that any attribute takes it. The key is then in the state, and in every plan. */
export function readIntoState(scope: Construct, source: Keyed<CertificateSource>): CertificateReferences {
  const { keyVaultId, certificateName, certificateSecretName, keySecretName, clusterSecretName } = source;
  if (isSet(clusterSecretName)) return readClusterSecret(scope, clusterSecretName);
  if (isSet(keyVaultId) && isSet(certificateName)) {
    const attributes = { name: certificateName, keyVaultId };
    const certificate = elementFrom(DataAzurermKeyVaultCertificateData, scope, "certificate", attributes);
    return { certificate: certificate.pem, key: certificate.key };
  }
  if (!isSet(keyVaultId) || !isSet(certificateSecretName) || !isSet(keySecretName)) return variables(scope, false);
  const read = (id: string, name: Traced<string>): string =>
    elementFrom(DataAzurermKeyVaultSecret, scope, id, { name, keyVaultId }).value;
  return { certificate: read("certificate", certificateSecretName), key: read("key", keySecretName) };
}

/** The provider decodes what Kubernetes has in base64. */
function readClusterSecret(scope: Construct, name: Traced<string>): CertificateReferences {
  const secret = elementFrom(DataKubernetesSecretV1, scope, "cluster_secret", {
    metadata: derive(name, () => ({ name, namespace: "default" })),
  });
  return { certificate: secret.data.lookup("cert.pem"), key: secret.data.lookup("key.pem") };
}

/** One pair of variables for a stack, whoever asks for it. */
function variables(scope: Construct, ephemeral: boolean): CertificateReferences {
  const stack = TerraformStack.of(scope);
  const reference = (name: string, description: string): string => {
    const found = stack.node.tryFindChild(name) as TerraformVariable | undefined;
    const variable = found ?? new TerraformVariable(stack, name, { type: "string", sensitive: true, description });
    // cdktf has no prop for it.
    if (!found && ephemeral) variable.addOverride("ephemeral", true);
    return variable.stringValue;
  };
  return {
    certificate: reference("tls_certificate", "PEM text of the certificate and its chain"),
    key: reference("tls_key", "PEM text of the certificate's private key, without a passphrase"),
  };
}
