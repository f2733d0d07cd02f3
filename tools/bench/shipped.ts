import {
  App,
  CloudBackend,
  LocalBackend,
  NamedCloudWorkspace,
  TerraformOutput,
  TerraformProvider,
  TerraformResource,
  TerraformStack,
} from "cdktf";
import type { DEEP_BINDINGS } from "./deep-bindings.ts";

/** The bindings that the program uses, by whichever way they are imported. */
export type Bindings = typeof DEEP_BINDINGS;

const SUBSCRIPTION = "00000000-0000-0000-0000-000000000000";
const SUBNET = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet-ml/subnets/snet-aks`;
const VAULT = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-ml-prod/providers/Microsoft.KeyVault/vaults/kv-ml-prod`;
const REGION = { location: "westeurope", tags: { team: "ml-platform" } };
const COMPUTES = "Microsoft.MachineLearningServices/workspaces/computes@2025-06-01";

/**
 * The resources of the shipped configuration as somebody would write them by hand in plain cdktf, without a rule or a
 * condition.
 */
export function synthesizeShipped({ azurerm, kubernetes }: Bindings, outdir: string): void {
  const app = new App({ outdir, stackTraces: false });

  function stack(name: string, isCloud: boolean): TerraformStack {
    const result = new TerraformStack(app, name);
    if (isCloud)
      new CloudBackend(result, { organization: "contoso", workspaces: new NamedCloudWorkspace(name, "ml-platform") });
    else new LocalBackend(result, { path: `terraform.${name}.tfstate` });
    new azurerm.provider.AzurermProvider(result, "azurerm", { features: [{}], subscriptionId: SUBSCRIPTION });
    new TerraformOutput(result, "azureml_aks_stack", { value: name, description: "The stack that this is" });
    return result;
  }

  function workspace(scope: TerraformStack, name: string) {
    return new azurerm.dataAzurermMachineLearningWorkspace.DataAzurermMachineLearningWorkspace(scope, "workspace", {
      name,
      resourceGroupName: name.replace("mlw", "rg-ml"),
    });
  }

  function versions(scope: TerraformStack, id: string, location: string, includePreview: boolean) {
    return new azurerm.dataAzurermKubernetesServiceVersions.DataAzurermKubernetesServiceVersions(scope, id, {
      location,
      includePreview,
    });
  }

  function ranges(scope: TerraformStack): string[] {
    const [region, pair] = [
      ["cluster_azureml_ranges", "westeurope"],
      ["cluster_azureml_pair_ranges", "northeurope"],
    ].map(
      ([id, locationFilter]) =>
        new azurerm.dataAzurermNetworkServiceTags.DataAzurermNetworkServiceTags(scope, id as string, {
          location: "westeurope",
          service: "AzureMachineLearning",
          locationFilter,
        }),
    );
    return [`${region?.fqn}.ipv4_cidrs`, `${pair?.fqn}.ipv4_cidrs`];
  }

  function existing(scope: TerraformStack, resourceGroupName: string, name: string) {
    return new azurerm.dataAzurermKubernetesCluster.DataAzurermKubernetesCluster(scope, "cluster", {
      resourceGroupName,
      name,
    });
  }

  function inCluster(scope: TerraformStack, resourceGroupName: string, name: string) {
    const cluster = existing(scope, resourceGroupName, name);
    const config = `data.azurerm_kubernetes_cluster.${cluster.friendlyUniqueId}.kube_config[0]`;
    new kubernetes.provider.KubernetesProvider(scope, "kubernetes", {
      host: `\${${config}.host}`,
      clientCertificate: `\${base64decode(${config}.client_certificate)}`,
      clientKey: `\${base64decode(${config}.client_key)}`,
      clusterCaCertificate: `\${base64decode(${config}.cluster_ca_certificate)}`,
    });
    return cluster;
  }

  /** A cluster by azapi's data source, which cdktf has no class for. */
  function readByAzapi(scope: TerraformStack, resourceGroupName: string, name: string): void {
    scope.addOverride("data.azapi_resource.cluster", {
      type: "Microsoft.ContainerService/managedClusters@2025-10-01",
      resource_id: `/subscriptions/${SUBSCRIPTION}/resourceGroups/${resourceGroupName}/providers/Microsoft.ContainerService/managedClusters/${name}`,
      response_export_values: ["properties.agentPoolProfiles"],
    });
  }

  function azapi(
    scope: TerraformStack,
    type: string,
    id: string,
    attributes: Record<string, unknown>,
  ): TerraformResource {
    const resource = new TerraformResource(scope, id, {
      terraformResourceType: type,
      terraformGeneratorMetadata: { providerName: "azapi", providerVersion: "2.12.0" },
    });
    for (const [name, value] of Object.entries(attributes)) resource.addOverride(name, value);
    return resource;
  }

  function azapiProvider(scope: TerraformStack): void {
    // cdktf has no class for a provider without bindings.
    const provider = new (class extends TerraformProvider {})(scope, "azapi", {
      terraformResourceType: "azapi",
      terraformGeneratorMetadata: { providerName: "azapi", providerVersion: "2.12.0" },
      terraformProviderSource: "azure/azapi",
    });
    provider.addOverride("subscription_id", SUBSCRIPTION);
  }

  /** What replaces something else when its input changes. */
  function trigger(scope: TerraformStack, id: string, input: unknown): void {
    new TerraformResource(scope, id, { terraformResourceType: "terraform_data" }).addOverride("input", input);
  }

  function compute(scope: TerraformStack, attributes: Record<string, unknown>): void {
    azapiProvider(scope);
    azapi(scope, "azapi_resource", "attachment", {
      type: COMPUTES,
      location: "westeurope",
      delete_query_parameters: { underlyingResourceAction: ["Detach"] },
      ...attributes,
    });
    new TerraformOutput(scope, "compute_id", {
      value: "${azapi_resource.attachment.id}",
      description: "Resource ID of the compute in the workspace",
    });
  }

  function secrets(scope: TerraformStack, prefix: string): void {
    for (const part of ["certificate", "key"])
      scope.addOverride(`ephemeral.azurerm_key_vault_secret.${prefix}_${part}`, {
        name: `scoring-${part}-pem`,
        key_vault_id: VAULT,
      });
  }

  function credentials(scope: TerraformStack, group: string, name: string): void {
    new TerraformOutput(scope, "get_credentials", {
      value: `az aks get-credentials --subscription ${SUBSCRIPTION} --resource-group ${group} --name ${name}`,
      description: "Gives kubectl access to the cluster",
    });
  }

  const dev = stack("dev-scoring-cluster", false);
  const devCluster = new azurerm.kubernetesCluster.KubernetesCluster(dev, "cluster", {
    ...REGION,
    name: "aks-scoring-dev",
    resourceGroupName: "rg-ml-dev",
    dnsPrefix: "aks-scoring-dev",
    identity: { type: "SystemAssigned" },
    defaultNodePool: {
      name: "agentpool",
      temporaryNameForRotation: "agentpooltmp",
      vmSize: "Standard_D2s_v5",
      nodeCount: 1,
      upgradeSettings: { maxSurge: "10%" },
    },
    networkProfile: { networkPlugin: "azure", loadBalancerSku: "standard", outboundType: "loadBalancer" },
  });
  new TerraformOutput(dev, "cluster_id", { value: devCluster.id, description: "Resource ID of the cluster" });
  credentials(dev, "rg-ml-dev", "aks-scoring-dev");

  const devAttachment = stack("dev-scoring-attachment", false);
  devAttachment.addDependency(dev);
  trigger(devAttachment, "attachment_reattach", "");
  const devCompute = new azurerm.machineLearningInferenceCluster.MachineLearningInferenceCluster(
    devAttachment,
    "attachment",
    {
      name: "scoring-dev",
      location: "westeurope",
      clusterPurpose: "DevTest",
      machineLearningWorkspaceId: workspace(devAttachment, "mlw-dev").id,
      kubernetesClusterId: `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-ml-dev/providers/Microsoft.ContainerService/managedClusters/aks-scoring-dev`,
      ssl: { leafDomainLabel: "contoso" },
    },
  );
  new TerraformOutput(devAttachment, "compute_id", {
    value: devCompute.id,
    description: "Resource ID of the compute in the workspace",
  });

  const prod = stack("prod-scoring-cluster", true);
  const [region, pair] = ranges(prod);
  versions(prod, "cluster_versions", "westeurope", false);
  versions(prod, "cluster_versions_and_previews", "westeurope", true);
  const prodCluster = new azurerm.kubernetesCluster.KubernetesCluster(prod, "cluster", {
    ...REGION,
    name: "aks-scoring-prod",
    resourceGroupName: "rg-ml-prod",
    dnsPrefix: "aks-scoring-prod",
    kubernetesVersion: "1.35",
    identity: { type: "SystemAssigned" },
    defaultNodePool: {
      name: "agentpool",
      temporaryNameForRotation: "agentpooltmp",
      vmSize: "Standard_D4s_v5",
      autoScalingEnabled: true,
      minCount: 3,
      maxCount: 6,
      zones: ["1", "2", "3"],
      vnetSubnetId: SUBNET,
      upgradeSettings: { maxSurge: "10%" },
    },
    networkProfile: {
      networkPlugin: "azure",
      loadBalancerSku: "standard",
      outboundType: "userDefinedRouting",
      serviceCidr: "10.240.0.0/16",
      dnsServiceIp: "10.240.0.10",
    },
    apiServerAccessProfile: {},
    lifecycle: { preventDestroy: true, ignoreChanges: ["default_node_pool[0].node_count"] },
  });
  prodCluster.addOverride(
    "api_server_access_profile.authorized_ip_ranges",
    `\${distinct(concat(["203.0.113.0/24"], ${region}, ${pair}))}`,
  );
  new azurerm.roleAssignment.RoleAssignment(prod, "cluster_network_contributor", {
    scope: SUBNET,
    roleDefinitionName: "Network Contributor",
    principalId: prodCluster.identity.principalId,
    principalType: "ServicePrincipal",
    skipServicePrincipalAadCheck: true,
  });
  new TerraformOutput(prod, "cluster_id", { value: prodCluster.id, description: "Resource ID of the cluster" });
  credentials(prod, "rg-ml-prod", "aks-scoring-prod");

  const prodAttachment = stack("prod-scoring-attachment", true);
  prodAttachment.addDependency(prod);
  secrets(prodAttachment, "attachment");
  trigger(prodAttachment, "attachment_reattach", "");
  compute(prodAttachment, {
    name: "scoring",
    parent_id: workspace(prodAttachment, "mlw-prod").id,
    tags: { certificateVersion: "1" },
    body: {
      properties: {
        computeType: "AKS",
        resourceId: `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-ml-prod/providers/Microsoft.ContainerService/managedClusters/aks-scoring-prod`,
        properties: {
          clusterPurpose: "FastProd",
          loadBalancerType: "InternalLoadBalancer",
          loadBalancerSubnet: "snet-aks",
          sslConfiguration: { status: "Enabled", cname: "scoring.contoso.com" },
        },
      },
    },
    sensitive_body: {
      properties: {
        properties: {
          sslConfiguration: {
            cert: "${ephemeral.azurerm_key_vault_secret.attachment_certificate.value}",
            key: "${ephemeral.azurerm_key_vault_secret.attachment_key.value}",
          },
        },
      },
    },
  });

  const prodKubernetes = stack("prod-scoring-kubernetes", true);
  prodKubernetes.addDependency(prodAttachment);
  inCluster(prodKubernetes, "rg-ml-prod", "aks-scoring-prod");
  new azurerm.dataAzurermSubnet.DataAzurermSubnet(prodKubernetes, "azureml_fe_subnet", {
    name: "snet-aks",
    resourceGroupName: "rg-net",
    virtualNetworkName: "vnet-ml",
  });
  new kubernetes.annotations.Annotations(prodKubernetes, "azureml_fe", {
    apiVersion: "v1",
    kind: "Service",
    force: true,
    metadata: { name: "azureml-fe", namespace: "default" },
    annotations: {
      "service.beta.kubernetes.io/azure-load-balancer-internal": "true",
      "service.beta.kubernetes.io/azure-load-balancer-internal-subnet": "snet-aks",
      "service.beta.kubernetes.io/azure-load-balancer-ipv4": "10.10.4.200",
    },
  });
  secrets(prodKubernetes, "tls_secret");
  secret(
    prodKubernetes,
    "scoring-tls",
    "default",
    "ephemeral.azurerm_key_vault_secret.tls_secret_certificate.value",
    "ephemeral.azurerm_key_vault_secret.tls_secret_key.value",
  );

  function secret(scope: TerraformStack, name: string, namespace: string, certificate: string, key: string): void {
    const made = new kubernetes.secretV1.SecretV1(scope, "tls_secret", {
      type: "Opaque",
      metadata: { name, namespace },
      dataWoRevision: 1,
    });
    made.addOverride("data_wo", { "cert.pem": `\${${certificate}}`, "key.pem": `\${${key}}` });
  }

  const batchKubernetes = stack("prod-batch-kubernetes", true);
  inCluster(batchKubernetes, "rg-shared", "aks-shared");
  for (const [id, name] of [
    ["azureml_namespace", "azureml"],
    ["namespace", "azureml-prod"],
  ] as const)
    new kubernetes.namespaceV1.NamespaceV1(batchKubernetes, id, {
      metadata: { name },
      lifecycle: { ignoreChanges: ["metadata[0].labels", "metadata[0].annotations"] },
    });
  for (const name of ["tls_certificate", "tls_key"])
    batchKubernetes.addOverride(`variable.${name}`, { type: "string", ephemeral: true, sensitive: true });
  secret(batchKubernetes, "azureml-tls", "azureml", "var.tls_certificate", "var.tls_key");

  const batch = stack("prod-batch-attachment", true);
  batch.addDependency(batchKubernetes);
  readByAzapi(batch, "rg-shared", "aks-shared");
  ranges(batch);
  versions(batch, "cluster_versions", "${data.azapi_resource.cluster.location}", false);
  versions(batch, "cluster_versions_and_previews", "${data.azapi_resource.cluster.location}", true);
  const extension = new azurerm.kubernetesClusterExtension.KubernetesClusterExtension(batch, "extension", {
    name: "azureml",
    clusterId: "${data.azapi_resource.cluster.id}",
    extensionType: "Microsoft.AzureML.Kubernetes",
    configurationSettings: {
      allowInsecureConnections: "False",
      clusterId: "${data.azapi_resource.cluster.id}",
      clusterPurpose: "FastProd",
      cluster_name: "${data.azapi_resource.cluster.id}",
      cluster_name_friendly: "aks-shared",
      domain: `${"${data.azapi_resource.cluster.location}"}.cloudapp.azure.com`,
      enableInference: "True",
      enableTraining: "True",
      inferenceRouterHA: "True",
      inferenceRouterServiceType: "loadBalancer",
      installDcgmExporter: "False",
      installNvidiaDevicePlugin: "False",
      installPromOp: "True",
      installVolcano: "True",
      internalLoadBalancerProvider: "azure",
      jobSchedulerLocation: "${data.azapi_resource.cluster.location}",
      location: "${data.azapi_resource.cluster.location}",
      "nginxIngress.enabled": "true",
      "prometheus.prometheusSpec.externalLabels.cluster_name": "${data.azapi_resource.cluster.id}",
      "relayserver.enabled": "false",
      "scoringFe.serviceType.internalLoadBalancer": "True",
      "scoringFe.sslSecret": "azureml-tls",
      "servicebus.enabled": "false",
      sslCname: "batch.contoso.com",
      sslSecret: "azureml-tls",
    },
  });
  trigger(batch, "extension_certificate_installed", 1);
  trigger(batch, "extension_certificate_version", 1);
  azapi(batch, "azapi_resource_action", "extension_read_certificate", {
    type: "Microsoft.KubernetesConfiguration/extensions@2023-05-01",
    resource_id: extension.id,
    method: "PATCH",
    body: { properties: { configurationSettings: { "scoringFe.sslSecret": "azureml-tls", sslSecret: "azureml-tls" } } },
  });
  compute(batch, {
    name: "batch",
    parent_id: workspace(batch, "mlw-prod").id,
    depends_on: ["azurerm_kubernetes_cluster_extension.extension"],
    body: {
      properties: {
        computeType: "Kubernetes",
        resourceId: "${data.azapi_resource.cluster.id}",
        properties: {
          namespace: "azureml-prod",
          instanceTypes: {
            gpu: {
              nodeSelector: { accelerator: "nvidia" },
              resources: {
                requests: { cpu: "4", memory: "16Gi" },
                limits: { cpu: "8", memory: "32Gi", "nvidia.com/gpu": "1" },
              },
            },
          },
        },
      },
    },
  });
  credentials(batch, "rg-shared", "aks-shared");

  const reattach = stack("reattach-legacy-attachment", false);
  const legacy = inCluster(reattach, "rg-ml-dev", "myexistingcluster");
  readByAzapi(reattach, "rg-ml-dev", "myexistingcluster");
  ranges(reattach);
  versions(reattach, "cluster_versions", legacy.location, false);
  versions(reattach, "cluster_versions_and_previews", legacy.location, true);
  new kubernetes.dataKubernetesSecretV1.DataKubernetesSecretV1(reattach, "attachment_cluster_secret", {
    metadata: { name: "azuremlfessl", namespace: "default" },
  });
  trigger(reattach, "attachment_reattach", "");
  const material = "data.kubernetes_secret_v1.attachment_cluster_secret.data";
  compute(reattach, {
    name: "myaks",
    parent_id: workspace(reattach, "mlw-dev").id,
    body: {
      properties: {
        computeType: "AKS",
        resourceId: legacy.id,
        properties: { sslConfiguration: { status: "Enabled", cname: "www.contoso.com" } },
      },
    },
    sensitive_body: {
      properties: {
        properties: { sslConfiguration: { cert: `\${${material}["cert.pem"]}`, key: `\${${material}["key.pem"]}` } },
      },
    },
  });
  credentials(reattach, "rg-ml-dev", "myexistingcluster");
  app.synth();
}
