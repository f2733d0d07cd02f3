import type { Construct } from "constructs";
import { EXISTING_CLUSTER_TYPE } from "../rules/existing-cluster.ts";
import { addressOf } from "./address.ts";
import { AzapiDataResource } from "./azapi/data-resource.ts";
import { EphemeralResource } from "./ephemeral-resource.ts";
import { JudgedConstruct } from "./judged-construct.ts";
import { keyed, valuesOf } from "./keyed.ts";
import { elementFrom, madeFrom } from "./origin.ts";

/** The cluster whose API server is talked to. */
export interface ClusterEndpointProps {
  /** Resource ID of the cluster. */
  readonly clusterId: string;
}

/**
 * Where the API server of a cluster is, and the certificate of its authority: all that a sign-in with Entra ID needs.
 * Its stack needs an AzapiProvider. The kubeconfig that the authority is read from is kept nowhere, neither in plan nor
 * in state.
 * @see https://learn.microsoft.com/rest/api/aks/managed-clusters/list-cluster-user-credentials
 */
export class ClusterEndpoint extends JudgedConstruct {
  /** The cluster as it is read: the names of its API server. */
  readonly data: AzapiDataResource;
  /** Address of the API server, as a reference. */
  readonly host: string;
  /** Certificate of its authority in PEM form, as a reference that only providers and write-only attributes take. */
  readonly clusterCaCertificate: string;

  constructor(scope: Construct, id: string, props: ClusterEndpointProps) {
    super(scope, id);
    const { clusterId } = keyed(props);
    this.data = elementFrom(AzapiDataResource, this, "Resource", {
      type: EXISTING_CLUSTER_TYPE,
      resourceId: clusterId,
      responseExportValues: ["properties.fqdn", "properties.privateFQDN"],
    });
    const action = {
      type: EXISTING_CLUSTER_TYPE,
      resource_id: clusterId,
      action: "listClusterUserCredential",
      response_export_values: ["kubeconfigs"],
    };
    const credentials = madeFrom(
      new EphemeralResource(this, "user", "azapi_resource_action", valuesOf(action)),
      action,
    );
    const name = (key: string): string => `try(${addressOf(this.data)}.output.properties.${key}, null)`;
    // A private cluster may have both names: its kubeconfig takes the private one too. The last one leads nowhere, and
    // so to no other cluster.
    this.host = `\${format("https://%s:443", coalesce(${name("privateFQDN")}, ${name("fqdn")}, "unknown.invalid"))}`;
    const kubeconfig = `yamldecode(base64decode(${addressOf(credentials)}.output.kubeconfigs[0].value))`;
    this.clusterCaCertificate = `\${try(base64decode(${kubeconfig}.clusters[0].cluster["certificate-authority-data"]), "")}`;
  }
}
