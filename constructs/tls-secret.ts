import { SecretV1 } from "@cdktf/provider-kubernetes/lib/secret-v1/index.js";
import type { Construct } from "constructs";
import type { ITerraformDependable } from "./cdktf.ts";
import { type CertificateReferences, type CertificateSource, readEphemerally } from "./certificate.ts";
import { JudgedConstruct } from "./judged-construct.ts";
import { derive, keyed, orElse } from "./keyed.ts";
import { elementFrom } from "./origin.ts";

/** What reads the secret: Azure ML, or an ingress of one's own. */
export type TlsSecretShape = "azureml" | "ingress";

/** @see https://registry.terraform.io/providers/hashicorp/kubernetes/2.38.0/docs/resources/secret_v1 */
export interface TlsSecretProps {
  /** Name of the secret. */
  readonly name: string;
  /** Namespace of the secret; it must exist. */
  readonly namespace: string;
  /** Where the certificate and its key are kept. */
  readonly certificate: CertificateSource;
  /**
   * `azureml`: Opaque with cert.pem and key.pem; `ingress`: kubernetes.io/tls with tls.crt and tls.key.
   * @default "azureml"
   */
  readonly shape?: TlsSecretShape;
  /** What must be there before: the namespace, where it is made beside it. @default - nothing */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** Type and keys of each shape. Azure ML reads no kubernetes.io/tls secret. */
const SHAPES = {
  azureml: {
    type: "Opaque",
    data: ({ certificate, key }: CertificateReferences) => ({ "cert.pem": certificate, "key.pem": key }),
  },
  ingress: {
    type: "kubernetes.io/tls",
    data: ({ certificate, key }: CertificateReferences) => ({ "tls.crt": certificate, "tls.key": key }),
  },
} as const;

/**
 * A certificate and its key as a Kubernetes secret. They are written and never read: neither plan nor state holds them.
 * @see https://learn.microsoft.com/azure/machine-learning/how-to-secure-kubernetes-online-endpoint
 */
export class TlsSecret extends JudgedConstruct {
  /** The secret itself. */
  readonly resource: SecretV1;

  constructor(scope: Construct, id: string, props: TlsSecretProps) {
    super(scope, id);
    const from = keyed(props);
    const { type, data } = SHAPES[props.shape ?? "azureml"];
    const references = readEphemerally(this, from.certificate);
    this.resource = elementFrom(SecretV1, this, "Resource", {
      metadata: { name: from.name, namespace: from.namespace },
      type,
      dataWo: derive(from.certificate, () => data(references)),
      // Without a revision the provider makes an empty secret.
      dataWoRevision: orElse(from.certificate.version, 1),
      dependsOn: props.dependsOn?.length ? props.dependsOn : undefined,
    });
  }
}
