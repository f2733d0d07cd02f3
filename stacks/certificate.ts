import type { AttachmentConfig } from "../config/schema.ts";
import type { CertificateSource } from "../constructs/certificate.ts";

type CertificateConfig = NonNullable<NonNullable<AttachmentConfig["tls"]>["certificate"]>;

/** Where the configuration says that a certificate is kept. */
export function certificateSource({ keyVault, clusterSecret, version }: CertificateConfig): CertificateSource {
  if (clusterSecret !== undefined) return { clusterSecretName: clusterSecret, version };
  if (!keyVault) return { variables: true, version };
  const { id: keyVaultId, certificateSecret, keySecret, certificate } = keyVault;
  // The schema accepts exactly one of the two forms.
  if (certificate !== undefined) return { keyVaultId, certificateName: certificate, version };
  return {
    keyVaultId,
    certificateSecretName: certificateSecret as string,
    keySecretName: keySecret as string,
    version,
  };
}

/** The keys of a certificate's props, below the attachment. */
export function certificateKeys(attachment: readonly string[]): Record<string, readonly string[]> {
  const certificate = [...attachment, "tls", "certificate"];
  const keyVault = [...certificate, "keyVault"];
  return {
    certificate,
    "tls.certificate": certificate,
    "certificate.version": [...certificate, "version"],
    "certificate.clusterSecretName": [...certificate, "clusterSecret"],
    "certificate.keyVaultId": [...keyVault, "id"],
    "certificate.certificateName": [...keyVault, "certificate"],
    "certificate.certificateSecretName": [...keyVault, "certificateSecret"],
    "certificate.keySecretName": [...keyVault, "keySecret"],
  };
}
