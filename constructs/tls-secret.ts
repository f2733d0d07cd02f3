import { SecretV1 } from "@cdktf/provider-kubernetes/lib/secret-v1/index.js";
import { Construct } from "constructs";
import type { ITerraformDependable } from "./cdktf.ts";
import { type CertificateReferences, type CertificateSource, readEphemerally } from "./certificate.ts";
import { judgeOnSynthesis } from "./judgement.ts";
import { comesFrom } from "./origin.ts";

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
export class TlsSecret extends Construct {
  /** The secret itself. */
  readonly resource: SecretV1;

  constructor(scope: Construct, id: string, props: TlsSecretProps) {
    super(scope, id);
    judgeOnSynthesis(this);
    const { type, data } = SHAPES[props.shape ?? "azureml"];
    this.resource = new SecretV1(this, "Resource", {
      metadata: { name: props.name, namespace: props.namespace },
      type,
      dataWo: data(readEphemerally(this, props.certificate)),
      // Without a revision the provider makes an empty secret.
      dataWoRevision: props.certificate.version ?? 1,
      ...(props.dependsOn?.length ? { dependsOn: [...props.dependsOn] } : {}),
    });
    comesFrom(this.resource, {
      "metadata.name": "name",
      "metadata.namespace": "namespace",
      data_wo: "certificate",
      data_wo_revision: "certificate.version",
    });
  }
}
