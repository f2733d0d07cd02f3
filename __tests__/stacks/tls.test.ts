import { describe, expect, it } from "vitest";
import { evaluateAll, findings, hasTerraform, type Json, small, synthesized } from "../helpers.ts";

const VAULT =
  "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv";
const SUBNET =
  "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/vnet/subnets/snet-aks";
const SECRETS = { keyVault: { id: VAULT, certificateSecret: "cert", keySecret: "key" } };
const INTERNAL = { type: "InternalLoadBalancer", subnet: "snet-aks" };

const stack = (kind: "attachment" | "kubernetes", attachment: object, create: object = {}): Json =>
  synthesized(small({ attachment, create }))[`dev-scoring-${kind}`];
const azapi = (attachment: object): Json => stack("attachment", attachment).resource.azapi_resource.attachment;
const own = (certificate: object, rest: object = {}): object => ({
  tls: { cname: "www.contoso.com", certificate, ...rest },
});

describe("which provider attaches", () => {
  it.each<[attachment: object, provider: "azurerm" | "azapi"]>([
    [{}, "azurerm"],
    [{ tls: { leafDomainLabel: "contoso" } }, "azurerm"],
    [{ loadBalancer: { type: "PublicIp" } }, "azurerm"],
    [{ loadBalancer: INTERNAL }, "azapi"],
    [own(SECRETS), "azapi"],
    [own({ variables: true }), "azapi"],
    [{ attachWith: "azapi" }, "azapi"],
    [{ ...own(SECRETS), attachWith: "azurerm" }, "azurerm"],
    [{ loadBalancer: INTERNAL, attachWith: "azurerm" }, "azurerm"],
  ])("%j: %s", (attachment, provider) => {
    const { resource, moved, terraform } = stack("attachment", attachment);
    const addresses = {
      azurerm: "azurerm_machine_learning_inference_cluster.attachment",
      azapi: "azapi_resource.attachment",
    };
    const other = provider === "azapi" ? "azurerm" : "azapi";
    expect(Object.keys(resource).filter((type) => type !== "terraform_data")).toEqual([
      addresses[provider].split(".")[0],
    ]);
    // On to azapi the attachment stays; back to azurerm Terraform refuses to move it.
    expect(moved).toEqual([
      { "//": expect.stringContaining("keeps the attachment"), from: addresses[other], to: addresses[provider] },
    ]);
    expect(terraform.required_providers.azapi?.version).toBe(provider === "azapi" ? "2.12.0" : undefined);
  });
  it("says what is lost where it is overridden", () => {
    const found = (attachment: object): string[] =>
      findings(small({ attachment })).map(({ rule, level }) => `${level} ${rule}`);
    expect(found({ loadBalancer: INTERNAL, attachWith: "azurerm" })).toContain(
      "error load-balancer/internal-from-the-start",
    );
    expect(found({ ...own(SECRETS), attachWith: "azurerm" })).toContain("warning tls/key-in-state");
    expect(found({ ...own(SECRETS) })).not.toContain("warning tls/key-in-state");
  });
});

describe("an attachment through azapi", () => {
  it("is what azurerm would send, and detaches when it is destroyed", () => {
    const identity =
      "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id";
    const {
      "//": _,
      lifecycle: __,
      ...attributes
    } = azapi({
      attachWith: "azapi",
      clusterPurpose: "DenseProd",
      description: "d",
      tags: { a: "b" },
      identity: { systemAssigned: true, userAssigned: [identity] },
      tls: { leafDomainLabel: "contoso", overwriteExistingDomain: true },
    });
    expect(attributes).toEqual({
      type: "Microsoft.MachineLearningServices/workspaces/computes@2025-06-01",
      name: "scoring",
      parent_id: "${data.azurerm_machine_learning_workspace.workspace.id}",
      location: "westeurope",
      identity: { type: "SystemAssigned, UserAssigned", identity_ids: [identity] },
      tags: { a: "b" },
      body: {
        properties: {
          computeType: "AKS",
          description: "d",
          resourceId:
            "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-ml/providers/Microsoft.ContainerService/managedClusters/aks",
          properties: {
            clusterPurpose: "DenseProd",
            loadBalancerType: "PublicIp",
            sslConfiguration: { status: "Auto", leafDomainLabel: "contoso", overwriteExistingDomain: true },
          },
        },
      },
      delete_query_parameters: { underlyingResourceAction: ["Detach"] },
    });
  });
  it("turns TLS off where none is asked for: left out, Azure ML would keep what was there", () => {
    expect(azapi({ attachWith: "azapi" }).body.properties.properties.sslConfiguration).toEqual({ status: "Disabled" });
  });
  it("asks for the load balancer at attach time", () => {
    expect(azapi({ loadBalancer: INTERNAL }).body.properties.properties).toMatchObject({
      loadBalancerType: "InternalLoadBalancer",
      loadBalancerSubnet: "snet-aks",
    });
  });
  it.each<[source: object, ephemeral: object | undefined, certificate: string, key: string]>([
    [
      SECRETS,
      {
        azurerm_key_vault_secret: {
          attachment_certificate: { name: "cert", key_vault_id: VAULT },
          attachment_key: { name: "key", key_vault_id: VAULT },
        },
      },
      "${ephemeral.azurerm_key_vault_secret.attachment_certificate.value}",
      "${ephemeral.azurerm_key_vault_secret.attachment_key.value}",
    ],
    [
      { keyVault: { id: VAULT, certificate: "scoring" } },
      { azurerm_key_vault_certificate: { attachment_certificate: { name: "scoring", key_vault_id: VAULT } } },
      "${ephemeral.azurerm_key_vault_certificate.attachment_certificate.pem}",
      "${ephemeral.azurerm_key_vault_certificate.attachment_certificate.key}",
    ],
    [{ variables: true }, undefined, "${var.tls_certificate}", "${var.tls_key}"],
  ])("sends the certificate of %j and keeps it nowhere", (source, ephemeral, certificate, key) => {
    const result = stack("attachment", own(source));
    const { body, sensitive_body, sensitive_body_version, tags } = result.resource.azapi_resource.attachment;
    expect(result.ephemeral).toEqual(ephemeral);
    expect(sensitive_body).toEqual({ properties: { properties: { sslConfiguration: { cert: certificate, key } } } });
    // With a version, the next update would send TLS without its key.
    expect(sensitive_body_version).toBeUndefined();
    expect(body.properties.properties.sslConfiguration).toEqual({ status: "Enabled", cname: "www.contoso.com" });
    expect(tags).toEqual({ certificateVersion: "1" });
  });
  it("rolls a certificate out by a tag with its version", () => {
    expect(azapi({ ...own({ ...SECRETS, version: 7 }), tags: { a: "b" } }).tags).toEqual({
      a: "b",
      certificateVersion: "7",
    });
  });
  it("takes variables that are ephemeral and sensitive", () => {
    expect(stack("attachment", own({ variables: true })).variable).toMatchObject({
      tls_certificate: { ephemeral: true, sensitive: true, type: "string" },
      tls_key: { ephemeral: true, sensitive: true, type: "string" },
    });
  });
});

describe("an attachment through azurerm with a certificate of one's own", () => {
  it.each<[source: object, ssl: object]>([
    [
      SECRETS,
      {
        cert: "${data.azurerm_key_vault_secret.attachment_certificate.value}",
        key: "${data.azurerm_key_vault_secret.attachment_key.value}",
      },
    ],
    [
      { keyVault: { id: VAULT, certificate: "scoring" } },
      {
        cert: "${data.azurerm_key_vault_certificate_data.attachment_certificate.pem}",
        key: "${data.azurerm_key_vault_certificate_data.attachment_certificate.key}",
      },
    ],
    [{ variables: true }, { cert: "${var.tls_certificate}", key: "${var.tls_key}" }],
  ])("%j", (source, ssl) => {
    const result = stack("attachment", { ...own(source), attachWith: "azurerm" });
    expect(result.resource.azurerm_machine_learning_inference_cluster.attachment.ssl).toEqual({
      cname: "www.contoso.com",
      ...ssl,
    });
    // Nothing ephemeral may reach an attribute that is kept.
    expect(result.ephemeral).toBeUndefined();
    expect(result.variable?.tls_key?.ephemeral).toBeUndefined();
  });
});

describe("the kubernetes stack", () => {
  it.each<[attachment: object, exists: boolean]>([
    [{}, false],
    [own(SECRETS), false],
    [{ loadBalancer: { type: "PublicIp" } }, false],
    [{ loadBalancer: INTERNAL }, true],
    [own(SECRETS, { secret: { name: "s" } }), true],
    [own(SECRETS, { ingressSecret: { name: "s" } }), true],
  ])("for %j: %s", (attachment, exists) => {
    expect(stack("kubernetes", attachment) !== undefined).toBe(exists);
  });
  it("has a provider that is configured from the cluster as it is read", () => {
    const { data, provider } = stack("kubernetes", { loadBalancer: INTERNAL });
    expect(data.azurerm_kubernetes_cluster.cluster).toMatchObject({ name: "aks", resource_group_name: "rg-ml" });
    const config = "data.azurerm_kubernetes_cluster.cluster.kube_config[0]";
    expect(provider.kubernetes).toEqual([
      {
        host: `\${${config}.host}`,
        client_certificate: `\${base64decode(${config}.client_certificate)}`,
        client_key: `\${base64decode(${config}.client_key)}`,
        cluster_ca_certificate: `\${base64decode(${config}.cluster_ca_certificate)}`,
      },
    ]);
  });
  it.each([
    { azureRbac: true },
    { localAccountDisabled: true },
    { adminGroups: ["00000000-0000-0000-0000-00000000000a"] },
  ])("signs in with kubelogin where Entra ID knows the users: %j", (entraId) => {
    const [kubernetes] = stack("kubernetes", { loadBalancer: INTERNAL }, { entraId }).provider.kubernetes;
    expect(kubernetes.exec).toEqual([
      {
        api_version: "client.authentication.k8s.io/v1beta1",
        command: "kubelogin",
        args: ["get-token", "--login", "azurecli", "--server-id", "6dae42f8-4368-4678-94ff-3960e28e3630"],
      },
    ]);
    expect(Object.keys(kubernetes).sort()).toEqual(["cluster_ca_certificate", "exec", "host"]);
  });
  it("holds the certificate in the shape that Azure ML reads, and another for an ingress", () => {
    const { resource, ephemeral } = stack(
      "kubernetes",
      own(
        { ...SECRETS, version: 3 },
        { secret: { name: "scoring-tls", namespace: "ml" }, ingressSecret: { name: "ingress-tls" } },
      ),
    );
    const value = (name: string): string => `\${ephemeral.azurerm_key_vault_secret.${name}.value}`;
    expect(resource.kubernetes_secret_v1.tls_secret).toMatchObject({
      metadata: { name: "scoring-tls", namespace: "ml" },
      type: "Opaque",
      data_wo: { "cert.pem": value("tls_secret_certificate"), "key.pem": value("tls_secret_key") },
      data_wo_revision: 3,
    });
    expect(resource.kubernetes_secret_v1.ingress_secret).toMatchObject({
      metadata: { name: "ingress-tls", namespace: "default" },
      type: "kubernetes.io/tls",
      data_wo: { "tls.crt": value("ingress_secret_certificate"), "tls.key": value("ingress_secret_key") },
      data_wo_revision: 3,
    });
    expect(Object.keys(ephemeral.azurerm_key_vault_secret)).toHaveLength(4);
    expect(JSON.stringify(resource)).not.toContain('"data":');
  });
  it("annotates Azure ML's own Service as the attachment asked for", () => {
    const loadBalancer = {
      ...INTERNAL,
      ip: "10.10.4.200",
      allowedIpRanges: ["10.0.0.0/8", "192.168.0.0/16"],
      privateLinkService: {
        name: "pls",
        subnet: "snet-pls",
        ipAddressCount: 2,
        visibility: ["00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-00000000000b"],
        autoApproval: ["00000000-0000-0000-0000-00000000000a"],
      },
    };
    const prefix = "service.beta.kubernetes.io/azure-";
    expect(stack("kubernetes", { loadBalancer }).resource.kubernetes_annotations.azureml_fe).toMatchObject({
      api_version: "v1",
      kind: "Service",
      metadata: { name: "azureml-fe", namespace: "default" },
      force: true,
      annotations: {
        [`${prefix}load-balancer-internal`]: "true",
        [`${prefix}load-balancer-internal-subnet`]: "snet-aks",
        [`${prefix}load-balancer-ipv4`]: "10.10.4.200",
        [`${prefix}allowed-ip-ranges`]: "10.0.0.0/8,192.168.0.0/16",
        [`${prefix}pls-create`]: "true",
        [`${prefix}pls-name`]: "pls",
        [`${prefix}pls-ip-configuration-subnet`]: "snet-pls",
        [`${prefix}pls-ip-configuration-ip-address-count`]: "2",
        [`${prefix}pls-visibility`]: "00000000-0000-0000-0000-00000000000a 00000000-0000-0000-0000-00000000000b",
        [`${prefix}pls-auto-approval`]: "00000000-0000-0000-0000-00000000000a",
      },
    });
  });
  it("says from where a private cluster is reached", () => {
    expect(
      stack("kubernetes", { loadBalancer: INTERNAL }, { apiServer: { private: true } }).output.run_from.description,
    ).toContain("HCP Terraform with an agent");
    expect(stack("kubernetes", { loadBalancer: INTERNAL }).output.run_from).toBeUndefined();
  });
});

describe("a static address", () => {
  const data = (ip: string, subnetId = SUBNET): Json =>
    stack(
      "kubernetes",
      { loadBalancer: { ...INTERNAL, ip } },
      { nodePool: { vmSize: "Standard_D4s_v5", nodeCount: 3, subnetId } },
    ).data.azurerm_subnet?.azureml_fe_subnet;
  it("is checked in the plan against what its subnet spans, with the rule's id", () => {
    expect(data("10.10.4.200")).toMatchObject({
      name: "snet-aks",
      virtual_network_name: "vnet",
      resource_group_name: "rg-net",
    });
    expect(data("10.10.4.200").lifecycle.postcondition[0].error_message).toMatch(
      /^load-balancer\/static-address: 10\.10\.4\.200 is not in the subnet snet-aks\. .*https:/,
    );
  });
  it("is not where the network is in another subscription, or made by AKS", () => {
    expect(data("10.10.4.200", SUBNET.replace("000001/", "000002/"))).toBeUndefined();
    expect(
      stack("kubernetes", { loadBalancer: { ...INTERNAL, ip: "10.10.4.200" } }).data.azurerm_subnet,
    ).toBeUndefined();
  });
  it.runIf(hasTerraform)("is in it where Terraform finds it in one of its prefixes", () => {
    const cases: [ip: string, prefixes: string[], expected: boolean][] = [
      ["10.10.4.200", ["10.10.4.0/24"], true],
      ["10.10.5.1", ["10.10.4.0/24"], false],
      ["10.10.5.1", ["fd00::/64", "10.10.4.0/24", "10.10.5.0/24"], true],
      ["not an address", ["10.10.4.0/24"], false],
      ['"${evil}', ["10.10.4.0/24"], false],
    ];
    const found = evaluateAll(
      cases.map(([ip, prefixes]) => [
        data(ip).lifecycle.postcondition[0].condition,
        { "self.address_prefixes": prefixes },
      ]),
    );
    expect(cases.map(([ip, prefixes], at) => [ip, prefixes, found[at]])).toEqual(cases);
  });
});

describe("TLS on an internal load balancer", () => {
  const found = (tls: object, acknowledge?: object[]): Json => {
    const config = small({ attachment: { loadBalancer: INTERNAL, tls } });
    config.environments.dev.clusters.scoring.acknowledge = acknowledge;
    return findings(config).filter(
      ({ rule }) => rule === "tls/internal-load-balancer" || rule === "acknowledgement/unused",
    );
  };
  const ACKNOWLEDGEMENT = [{ rule: "tls/internal-load-balancer", reason: "ours alone" }];
  it("with Microsoft's certificate is an error that cannot be acknowledged", () => {
    expect(found({ leafDomainLabel: "contoso" })).toMatchObject([{ level: "error", verdict: "fail" }]);
    const acknowledged = found({ leafDomainLabel: "contoso" }, ACKNOWLEDGEMENT);
    expect(acknowledged.find(({ rule }: Json) => rule === "tls/internal-load-balancer").acknowledged).toBeUndefined();
  });
  it("with one's own is an error until it is acknowledged", () => {
    const tls = { cname: "www.contoso.com", certificate: SECRETS };
    expect(found(tls)).toMatchObject([{ level: "error", verdict: "fail" }]);
    expect(found(tls)[0].acknowledged).toBeUndefined();
    expect(found(tls, ACKNOWLEDGEMENT)).toMatchObject([{ level: "error", acknowledged: { reason: "ours alone" } }]);
  });
});

describe("half of a certificate", () => {
  it.each<[attachment: object, rule: string]>([
    [{ tls: { cname: "www.contoso.com" } }, "tls/certificate-complete"],
    [{ tls: { certificate: SECRETS } }, "tls/certificate-complete"],
    [{ tls: { cname: "www.contoso.com", certificate: SECRETS, leafDomainLabel: "contoso" } }, "tls/one-source"],
    [{ loadBalancer: { type: "InternalLoadBalancer" } }, "load-balancer/subnet-needs-internal"],
    [{ loadBalancer: { type: "PublicIp", subnet: "snet" } }, "load-balancer/subnet-needs-internal"],
    [{ loadBalancer: { ...INTERNAL, subnet: SUBNET } }, "load-balancer/annotations"],
    [{ loadBalancer: { ...INTERNAL, ip: "10.0.0.9" } }, "load-balancer/static-address"],
    [{ tls: { leafDomainLabel: "www.contoso.com" } }, "tls/leaf-domain-label"],
  ])("%j is what the rule %s is for", (attachment, rule) => {
    const errors = findings(small({ attachment })).filter(
      ({ level, verdict }) => level === "error" && verdict === "fail",
    );
    expect(errors.map((finding) => finding.rule)).toContain(rule);
    expect(errors.find((finding) => finding.rule === rule)?.where.configPath).toMatch(/attachment\.(tls|loadBalancer)/);
  });
});
