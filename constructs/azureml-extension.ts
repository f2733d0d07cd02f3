import { KubernetesClusterExtension } from "@cdktf/provider-azurerm/lib/kubernetes-cluster-extension/index.js";
import { Construct } from "constructs";
import {
  DERIVED_SETTINGS,
  derivedSettings,
  EXTENSION_NAMESPACE,
  EXTENSION_TYPE,
  type ExtensionOptions,
  extensionSettings,
  SSL_CERTIFICATE,
  SSL_KEY,
} from "../azure/azureml-extension.ts";
import { addressOf } from "./address.ts";
import type { IAksCluster } from "./aks-cluster.ts";
import { AzapiResourceAction } from "./azapi/resource-action.ts";
import { DataResource, Fn, Token } from "./cdktf.ts";
import { type CertificateSource, readIntoState } from "./certificate.ts";
import type { TerraformCondition } from "./condition.ts";
import { judgeOnSynthesis } from "./judgement.ts";
import { comesFrom } from "./origin.ts";

/** TLS of the scoring endpoint, always with a certificate of one's own. */
export type ExtensionTls = {
  /** Domain name of the endpoint; its DNS record is yours to make. */
  readonly cname: string;
} & (
  | {
      /** Secret in namespace azureml, Opaque with cert.pem and key.pem; it must exist. See TlsSecret. */
      readonly secretName: string;
      /** A new value, other than the first, has the endpoint read the secret again. @default 1 */
      readonly certificateVersion?: number;
      readonly certificate?: undefined;
    }
  | {
      /** Given to the extension as protected settings: the key is then in the state. */
      readonly certificate: CertificateSource;
      readonly secretName?: undefined;
      readonly certificateVersion?: undefined;
    }
);

/** @see https://learn.microsoft.com/azure/machine-learning/how-to-deploy-kubernetes-extension */
export interface AzureMlExtensionProps extends ExtensionOptions {
  /** The cluster that it is installed in; a cluster has one. */
  readonly cluster: IAksCluster;
  /** Name of the extension. @default "azureml" */
  readonly name?: string;
  /**
   * Version, which is then kept.
   * @default - the newest of the release train stable, and minor upgrades by themselves
   */
  readonly version?: string;
  /** @default - none, which needs allowInsecureConnections */
  readonly tls?: ExtensionTls;
  /** What must hold before it is installed, where only Azure knows. @default - nothing */
  readonly preconditions?: readonly TerraformCondition[];
}

const SETTINGS = "configuration_settings";
const PROTECTED = "configuration_protected_settings";

/** The props that settings of the same name come from. */
const SAME_NAME = [
  "enableTraining",
  "enableInference",
  "allowInsecureConnections",
  "inferenceRouterServiceType",
  "inferenceRouterHA",
  "clusterPurpose",
  "nodeSelector",
  "installNvidiaDevicePlugin",
  "installDcgmExporter",
  "installPromOp",
  "installVolcano",
] as const satisfies readonly (keyof ExtensionOptions)[];

const ATTRIBUTES: Readonly<Record<string, string>> = {
  name: "name",
  version: "version",
  cluster_id: "cluster",
  ...Object.fromEntries(SAME_NAME.map((name) => [`${SETTINGS}.${name}`, name])),
  ...Object.fromEntries(DERIVED_SETTINGS.map((name) => [`${SETTINGS}.${name}`, "cluster"])),
  ...Object.fromEntries(
    ["domain", "location", "jobSchedulerLocation"].map((name) => [`${SETTINGS}.${name}`, "cluster.location"]),
  ),
  [`${SETTINGS}.scoringFe.serviceType.nodePort`]: "inferenceRouterServiceType",
  [`${SETTINGS}.internalLoadBalancerProvider`]: "internalLoadBalancer",
  [`${SETTINGS}.scoringFe.serviceType.internalLoadBalancer`]: "internalLoadBalancer",
  [`${SETTINGS}.scoringFe.enableUpgrade`]: "enableUpgrade",
  [`${SETTINGS}.sslCname`]: "tls.cname",
  [`${SETTINGS}.sslSecret`]: "tls.secretName",
  [`${SETTINGS}.scoringFe.sslSecret`]: "tls.secretName",
  [PROTECTED]: "tls.certificate",
};

/** The API that az k8s-extension update calls. */
const EXTENSION_API = "Microsoft.KubernetesConfiguration/extensions@2023-05-01";

/**
 * The Azure ML extension of an AKS cluster, which a KubernetesCompute needs: with the settings that are asked for,
 * every other at its default, and those that Azure's own tool derives from the cluster.
 */
export class AzureMlExtension extends Construct {
  /** The extension itself. */
  readonly resource: KubernetesClusterExtension;

  constructor(scope: Construct, id: string, props: AzureMlExtensionProps) {
    super(scope, id);
    judgeOnSynthesis(this);
    const { cluster, name = "azureml", version, tls, preconditions = [], ...options } = props;
    const own = tls?.certificate && readIntoState(this, tls.certificate);
    this.resource = new KubernetesClusterExtension(this, "Resource", {
      name,
      clusterId: cluster.clusterId,
      extensionType: EXTENSION_TYPE,
      releaseNamespace: EXTENSION_NAMESPACE,
      // A version of one's own and a release train exclude each other.
      ...(version === undefined ? { releaseTrain: "stable" } : { version }),
      configurationSettings: {
        ...derivedSettings(cluster),
        ...extensionSettings({ ...options, sslCname: tls?.cname, sslSecret: tls?.secretName }),
      },
      configurationProtectedSettings: own && {
        [SSL_CERTIFICATE]: Fn.base64encode(own.certificate),
        [SSL_KEY]: Fn.base64encode(own.key),
      },
      lifecycle: preconditions.length > 0 ? { precondition: [...preconditions] } : undefined,
    });
    comesFrom(this.resource, ATTRIBUTES);
    if (tls?.secretName !== undefined) this.rollCertificate(tls.secretName, tls.certificateVersion ?? 1);
  }

  /**
   * The extension reads its secret when it is installed and when it is updated: a new version sends the update that
   * `az k8s-extension update` sends, once. The version that it was installed with needs none: it would only update its
   * chart.
   * https://learn.microsoft.com/azure/machine-learning/how-to-secure-kubernetes-online-endpoint
   */
  private rollCertificate(secretName: string, certificateVersion: number): void {
    const input = String(certificateVersion);
    // There from the first apply on: one that comes with the value would not make the update happen.
    const trigger = new DataResource(this, "certificate_version", { input: input as never });
    const installed = new DataResource(this, "certificate_installed", {
      input: input as never,
      lifecycle: { ignoreChanges: ["input"] },
    });
    for (const each of [trigger, installed]) comesFrom(each, { input: "tls.certificateVersion" });
    const update = new AzapiResourceAction(this, "read_certificate", {
      count: Token.asNumber(`\${${addressOf(installed)}.input == ${JSON.stringify(input)} ? 0 : 1}`),
      type: EXTENSION_API,
      resourceId: this.resource.id,
      method: "PATCH",
      body: { properties: { configurationSettings: { sslSecret: secretName, "scoringFe.sslSecret": secretName } } },
      lifecycle: { replaceTriggeredBy: [addressOf(trigger)] },
    });
    comesFrom(update, { "body.properties.configurationSettings": "tls.secretName" });
  }
}
