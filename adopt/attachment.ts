import { normalizeResourceId } from "../azure/resource-id.ts";
import { kubernetesName } from "../config/shapes.ts";
import {
  AksCompute,
  type AnyAttachment,
  DEFAULT_INSTANCE_TYPE,
  INSTANCE_TYPES,
  NAMESPACE,
} from "../model/attachment.ts";
import { isMap, type Value } from "../model/value.ts";
import { type Draft, type Remark, some, stateRemarks, tidy, unless } from "./draft.ts";
import { Found } from "./found.ts";

/** A compute that is attached, as the configuration attaches it. */
export function attachmentDraft(attachment: AnyAttachment): Draft {
  const found = new Found(attachment.resource);
  // The version of a certificate of one's own, as the configuration counts it.
  const { certificateVersion, ...tags } = found.map("tags");
  const { value, remarks } =
    attachment instanceof AksCompute
      ? aksDraft(found, attachment, certificateVersion)
      : kubernetesDraft(found, attachment);
  return {
    value: tidy({
      kind: attachment instanceof AksCompute ? "AksCompute" : "KubernetesCompute",
      computeName: found.text("name"),
      adopt: true,
      ...value,
      description: found.text("description") ?? found.text("body.properties.description"),
      identity: identityOf(found),
      tags: some(tags),
    }),
    remarks: [
      ...stateRemarks(found.addressInState, ["adopt"]),
      ...remarks,
      ...found.hidden("tags").map((tag) => ({
        path: ["tags"],
        text: `${tag} looks like a secret, and is not written: the first plan takes it away`,
      })),
    ],
  };
}

function aksDraft(found: Found, { paths }: AksCompute, certificateVersion: string | undefined): Draft {
  const purpose = found.text(paths.purpose);
  const isInternal =
    paths.loadBalancerType !== undefined && found.text(paths.loadBalancerType) === "InternalLoadBalancer";
  const subnet = paths.loadBalancerSubnet === undefined ? undefined : found.text(paths.loadBalancerSubnet);
  const tls = tlsDraft(found, paths.tls, certificateVersion);
  return {
    value: {
      // Said even where it is Azure's own: what it serves decides most.
      clusterPurpose: purpose ?? "FastProd",
      loadBalancer: isInternal ? { type: "InternalLoadBalancer", subnet: subnet?.split("/").at(-1) } : undefined,
      ...tls.value,
    },
    remarks: [
      ...(purpose === undefined
        ? [
            {
              path: ["computeName"],
              text: "not told: what it serves, its load balancer and TLS. Set clusterPurpose, loadBalancer and tls to what it has: where the first plan replaces it, its endpoints go down",
            },
          ]
        : []),
      ...tls.remarks,
    ],
  };
}

/** `<label>######.<region>.cloudapp.azure.com`: Azure adds six characters to the label. */
const MICROSOFTS = /^(.+)[a-z0-9]{6}\.[a-z0-9]+\.cloudapp\.azure\.com$/i;

/** TLS, as far as it shows. */
function tlsDraft(found: Found, path: string, certificateVersion = "1"): Draft {
  const status = found.text(`${path}.status`);
  const cname = found.text(`${path}.cname`);
  const label = found.text(`${path}.leafDomainLabel`) ?? (cname && MICROSOFTS.exec(cname)?.[1]);
  const nothing = { value: {}, remarks: [] };
  // A state has no status.
  const isOn = status === undefined ? cname !== undefined || label !== undefined : status !== "Disabled";
  if (!isOn) return nothing;
  if (status === "Auto" || (label !== undefined && status !== "Enabled")) {
    if (label === undefined || label === "")
      return { value: {}, remarks: [toFill("a certificate from Microsoft: set tls.leafDomainLabel to its label")] };
    return { value: { tls: { leafDomainLabel: label } }, remarks: [] };
  }
  if (cname === undefined)
    return { value: {}, remarks: [toFill("a certificate of your own: set tls.cname and tls.certificate")] };
  return {
    value: {
      tls: {
        cname,
        certificate: {
          variables: true,
          version: /^\d+$/.test(certificateVersion) ? unless(Number(certificateVersion), 1) : undefined,
        },
      },
    },
    remarks: [
      {
        path: ["tls", "certificate"],
        text: "not told: give the certificate that it has as tls_certificate and tls_key, or name the key vault that holds it",
      },
    ],
  };
}

function toFill(text: string): Remark {
  return { path: ["computeName"], text: `it has ${text}` };
}

/** What Azure answers beside what the configuration sends. */
const ANSWERED: readonly string[] = ["computeLocation", "disableLocalAuth"];
const ANSWERED_OF_KUBERNETES: readonly string[] = ["extensionInstanceReleaseTrain", "extensionPrincipalId", "vcName"];

/** Azure ML does not update a KubernetesCompute: what it answers is written, so that nothing is to be updated. */
function kubernetesDraft(found: Found, { paths }: AnyAttachment): Draft {
  const namespace = found.text(NAMESPACE);
  const types = Object.entries(entriesAt(found, INSTANCE_TYPES));
  const byDefault = found.text(DEFAULT_INSTANCE_TYPE);
  const isNamed = [...types.map(([name]) => name), ...(byDefault === undefined ? [] : [byDefault])].every(
    (name) => kubernetesName().safeParse(name).success,
  );
  const clusterId = found.text(paths.clusterId);
  const told = (names: readonly string[], path: string): Record<string, Value> =>
    Object.fromEntries(
      names.flatMap((name) => {
        const value = found.value(`${path}.${name}`);
        return value === undefined ? [] : [[name, value]];
      }),
    );
  return {
    value: {
      namespace: unless(namespace, "default"),
      createNamespace: namespace === undefined || namespace === "default" ? undefined : false,
      instanceTypes: isNamed
        ? some(Object.fromEntries(types.map(([name, type]) => [name, instanceTypeOf(type)])))
        : undefined,
      defaultInstanceType: isNamed ? byDefault : undefined,
      overrides: {
        body: {
          properties: {
            ...told(ANSWERED, "body.properties"),
            // As Azure has it, whose casing counts.
            resourceId:
              clusterId === undefined ? undefined : unless(clusterId, normalizeResourceId(clusterId, CLUSTER)),
            properties: some({
              ...told(ANSWERED_OF_KUBERNETES, "body.properties.properties"),
              ...(isNamed ? {} : told(["instanceTypes", "defaultInstanceType"], "body.properties.properties")),
            }),
          },
        },
      },
    },
    remarks: [],
  };
}

const CLUSTER = "Microsoft.ContainerService/managedClusters";

function entriesAt(found: Found, path: string): Readonly<Record<string, Value>> {
  const value = found.value(path);
  return isMap(value) ? value : {};
}

function instanceTypeOf(value: Value): object {
  const at = (map: Value, name: string): Value => (isMap(map) ? map[name] : undefined);
  const quantities = (map: Value): Record<string, string> =>
    Object.fromEntries(
      isMap(map)
        ? Object.entries(map).flatMap(([name, quantity]) =>
            typeof quantity === "string" || typeof quantity === "number" ? [[name, String(quantity)]] : [],
          )
        : [],
    );
  const resources = at(value, "resources");
  return {
    ...(isMap(at(value, "nodeSelector")) ? { nodeSelector: quantities(at(value, "nodeSelector")) } : {}),
    requests: quantities(at(resources, "requests")),
    limits: quantities(at(resources, "limits")),
  };
}

function identityOf(found: Found): object | undefined {
  const type = found.text("identity[0].type") ?? "";
  const ids = found.texts("identity[0].identity_ids");
  if (!/SystemAssigned|UserAssigned/i.test(type)) return undefined;
  return {
    systemAssigned: /SystemAssigned/i.test(type) || undefined,
    userAssigned: ids.length > 0 ? ids.map((id) => normalizeResourceId(id, IDENTITY) ?? id) : undefined,
  };
}

const IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities";
