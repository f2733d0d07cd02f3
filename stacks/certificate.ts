import type { AttachmentConfig } from "../config/schema.ts";
import type { CertificateSource } from "../constructs/certificate.ts";
import { derive, isSet, type Keyed, type Traced } from "../constructs/keyed.ts";

type CertificateConfig = NonNullable<NonNullable<AttachmentConfig["tls"]>["certificate"]>;

/** Where the configuration says that a certificate is kept. */
export function certificateSource(config: Keyed<CertificateConfig>): Traced<CertificateSource> {
  return derive(config, () => formOf(config));
}

function formOf({ keyVault, clusterSecret, version }: Keyed<CertificateConfig>) {
  const { id: keyVaultId, certificateSecret, keySecret, certificate } = keyVault;
  if (isSet(clusterSecret)) return { clusterSecretName: clusterSecret, version };
  if (isSet(keyVaultId) && isSet(certificate)) return { keyVaultId, certificateName: certificate, version };
  if (!isSet(keyVaultId) || !isSet(certificateSecret) || !isSet(keySecret))
    return { variables: true as const, version };
  return { keyVaultId, certificateSecretName: certificateSecret, keySecretName: keySecret, version };
}
