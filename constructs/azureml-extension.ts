import { KubernetesClusterExtension } from "@cdktf/provider-azurerm/lib/kubernetes-cluster-extension/index.js";
import type { Construct } from "constructs";
import {
  EXTENSION_NAME,
  EXTENSION_NAMESPACE,
  EXTENSION_TYPE,
  type ExtensionOptions,
  type ExtensionSetting,
  SSL_CERTIFICATE,
  SSL_KEY,
  settingsOfCluster,
  settingsOfOptions,
} from "../azure/azureml-extension.ts";
import { addressOf } from "./address.ts";
import type { IAksCluster } from "./aks-cluster.ts";
import { AzapiResourceAction } from "./azapi/resource-action.ts";
import { DataResource, Fn, Token } from "./cdktf.ts";
import { type CertificateSource, readIntoState } from "./certificate.ts";
import type { TerraformCondition } from "./condition.ts";
import { ImportBlock } from "./import-block.ts";
import { JudgedConstruct } from "./judged-construct.ts";
import { at, derive, entriesOf, isSet, type Keyed, keyed, orElse, type Traced, valueAt } from "./keyed.ts";
import { elementFrom, layOver, type Overrides } from "./origin.ts";

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
   * Resource ID of an extension that is installed already and is taken over, instead of failing. Only the settings that
   * are given are then sent, those that are derived from the cluster too.
   * @default - it is installed
   */
  readonly adoptExtensionId?: string;
  /**
   * Version, which is then kept.
   * @default - the newest of the release train stable, and minor upgrades by themselves
   */
  readonly version?: string;
  /** Settings that no prop sets, by their own names. @default - none */
  readonly settings?: Readonly<Record<string, string>>;
  /** @default - none, which needs allowInsecureConnections */
  readonly tls?: ExtensionTls;
  /** What must hold before it is installed, where only Azure knows. @default - nothing */
  readonly preconditions?: readonly TerraformCondition[];
  /** Attributes in Terraform's own names, laid over what the props make, deep; null takes one away. @default - none */
  readonly overrides?: Overrides;
}

/** The API that az k8s-extension update calls. */
const EXTENSION_API = "Microsoft.KubernetesConfiguration/extensions@2023-05-01";

/**
 * The Azure ML extension of an AKS cluster, which a KubernetesCompute needs: with the settings that are asked for,
 * every other at its default, and those that Azure's own tool derives from the cluster.
 */
export class AzureMlExtension extends JudgedConstruct {
  /** The extension itself. */
  readonly resource: KubernetesClusterExtension;

  constructor(scope: Construct, id: string, props: AzureMlExtensionProps) {
    super(scope, id);
    const from = keyed(props);
    const { certificate, secretName } = from.tls;
    const own = isSet(certificate) ? readIntoState(this, certificate) : undefined;
    const { preconditions = [] } = props;
    this.resource = elementFrom(KubernetesClusterExtension, this, "Resource", {
      name: orElse(from.name, EXTENSION_NAME),
      clusterId: from.cluster.clusterId,
      extensionType: EXTENSION_TYPE,
      releaseNamespace: EXTENSION_NAMESPACE,
      // A version of one's own and a release train exclude each other.
      releaseTrain: isSet(from.version) ? undefined : "stable",
      version: from.version,
      configurationSettings: settingsFrom(from),
      configurationProtectedSettings: derive(
        certificate,
        () => own && { [SSL_CERTIFICATE]: Fn.base64encode(own.certificate), [SSL_KEY]: Fn.base64encode(own.key) },
      ),
      lifecycle: preconditions.length > 0 ? { precondition: preconditions } : undefined,
    });
    layOver(this.resource, from.overrides);
    if (props.adoptExtensionId !== undefined)
      new ImportBlock(this, "import", { to: addressOf(this.resource), id: props.adoptExtensionId });
    if (isSet(secretName)) this.rollCertificate(secretName, from.tls.certificateVersion);
  }

  /**
   * The extension reads its secret when it is installed and when it is updated: a new version sends the update that
   * `az k8s-extension update` sends, once. The version that it was installed with needs none: it would only update its
   * chart.
   * https://learn.microsoft.com/azure/machine-learning/how-to-secure-kubernetes-online-endpoint
   */
  private rollCertificate(secretName: Traced<string>, certificateVersion: Traced<number | undefined>): void {
    // There from the first apply on: one that comes with the value would not make the update happen.
    // Terraform takes any value, and cdktf's type maps alone.
    const input = derive(certificateVersion, (version) => String(version ?? 1) as never);
    const trigger = elementFrom(DataResource, this, "certificate_version", { input });
    const installed = elementFrom(DataResource, this, "certificate_installed", {
      input,
      lifecycle: { ignoreChanges: ["input"] },
    });
    trigger.addOverride("//.purpose", "a new value has the extension read its certificate again");
    installed.addOverride("//.purpose", "the version of the certificate that the extension was installed with");
    elementFrom(AzapiResourceAction, this, "read_certificate", {
      count: derive(input, (version) =>
        Token.asNumber(`\${${addressOf(installed)}.input == ${JSON.stringify(version)} ? 0 : 1}`),
      ),
      type: EXTENSION_API,
      resourceId: this.resource.id,
      method: "PATCH",
      body: { properties: { configurationSettings: { sslSecret: secretName, "scoringFe.sslSecret": secretName } } },
      lifecycle: { replaceTriggeredBy: [addressOf(trigger)] },
    });
  }
}

/** Each setting with the prop that it comes from. */
function settingsFrom(from: Keyed<AzureMlExtensionProps>): Readonly<Record<string, Traced<string>>> {
  const { cluster, tls, settings: _, adoptExtensionId, ...options } = valueAt(from);
  const isThere = adoptExtensionId !== undefined;
  // What is not sent is undefined here, so that a finding on it has its key, and then left out.
  const trace = (settings: Record<string, ExtensionSetting>, keyOf: (option: readonly string[]) => Traced<unknown>) =>
    Object.entries(settings).map(
      ([name, { value, from: option }]) => [name, derive(keyOf(option), () => value as string)] as const,
    );
  const sslOptions: Readonly<Record<string, Traced<unknown>>> = {
    sslCname: from.tls.cname,
    sslSecret: from.tls.secretName,
  };
  return Object.fromEntries([
    ...trace(isThere ? {} : settingsOfCluster(cluster), (option) => at(from.cluster, option)),
    ...trace(
      settingsOfOptions({ ...options, sslCname: tls?.cname, sslSecret: tls?.secretName }, isThere),
      (option) => sslOptions[option[0] ?? ""] ?? at(from, option),
    ),
    ...Object.entries(entriesOf(from.settings)),
  ]);
}
