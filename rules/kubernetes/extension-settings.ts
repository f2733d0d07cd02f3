import {
  BOOLEAN_SETTINGS,
  DERIVED_SETTINGS,
  ENABLE_UPGRADE,
  EXTENSION_NAMESPACE,
  EXTENSION_PURPOSES,
  HIGH_AVAILABILITY_NODES,
  INTERNAL_LOAD_BALANCER,
  NODE_PORT,
  ROUTER_SERVICE_TYPES,
  SSL_CERTIFICATE,
  SSL_KEY,
  SSL_SECRET,
} from "../../azure/azureml-extension.ts";
import { type Extension, extensionsOf, isTrue } from "../../model/extension.ts";
import { Capacity, counted } from "../../model/node-pools.ts";
import { routerOf } from "../../model/workloads.ts";
import { attachment, cluster, example, extension, finds, kubernetesCompute, nodePool } from "../examples.ts";
import { hasNow, keepsAtLeast } from "../existing-cluster.ts";
import { type Problem, rule } from "../rule.ts";
import { aksComputesAt } from "../siblings.ts";
import { DEPLOY_EXTENSION } from "../sources.ts";

const NO_SECRET = { sslSecret: null, [SSL_SECRET]: null };

export default rule({
  id: "kubernetes/extension-settings",
  level: "error",
  fact: "The settings of the Azure ML extension are complete: training or inference, the type of its router, TLS, three nodes for a highly available router, and what the Azure CLI derives from the cluster.",
  why: "Otherwise the installation fails after about 15 minutes, or endpoints answer without TLS. A setting that is missing in Terraform and added by the service shows as a change in every plan.",
  source: DEPLOY_EXTENSION,
  phases: ["synthesis", "plan", "apply"],
  isRefused: true,
  on: extensionsOf,
  *check(subject) {
    const { resource, paths } = subject;
    yield () => values(subject);
    yield () => derived(subject);
    yield () => labels(subject);
    yield function* () {
      if (subject.flag("enableTraining") || subject.servesModels) return;
      yield {
        attribute: subject.at("enableTraining"),
        message: "neither training nor inference is on",
        advice: "set enableTraining or enableInference to true",
      };
    };
    yield function* () {
      if (!subject.servesModels) return;
      for (const part of [router, tls, upgrade, highAvailability]) yield () => part(subject);
    };
    // What is not known yet may turn out to be empty.
    yield () => {
      const doubtful = resource
        .keys(paths.settings)
        .filter((name) => !isKnown(subject, name) && !isFromSight(subject, name));
      for (const name of doubtful) subject.setting(name);
      return [];
    };
  },
  conditions: ({ cluster, kubernetesCompute }) => {
    if (!kubernetesCompute?.installsExtension || !kubernetesCompute.inferenceRouterHA) return [];
    const needs = [{ atLeast: HIGH_AVAILABILITY_NODES }];
    const wrong = (subject: string): string =>
      `${subject} fewer than ${HIGH_AVAILABILITY_NODES} nodes for a router with inferenceRouterHA (E40002).`;
    return [
      { level: "error", expression: hasNow(cluster, needs), wrong: wrong("The cluster has") },
      {
        level: "warning",
        expression: keepsAtLeast(cluster, needs),
        wrong: wrong("Autoscaling may leave the cluster with"),
      },
    ];
  },
  configuration: {
    passing: { attachment: withExtension({ enableTraining: true }) },
    failing: { attachment: withExtension({ enableTraining: false }) },
  },
  get examples() {
    return {
      passing: [
        example("training and inference", cluster(), extension()),
        example(
          "training alone",
          extension({ enableInference: "False", inferenceRouterServiceType: null, sslCname: null, ...NO_SECRET }),
        ),
        example(
          "HTTP, for development",
          cluster(),
          extension({ allowInsecureConnections: "true", sslCname: null, ...NO_SECRET }),
        ),
        example(
          "the certificate as protected settings",
          cluster(),
          extension(
            { ...NO_SECRET },
            { configuration_protected_settings: { [SSL_CERTIFICATE]: "${var.certificate}", [SSL_KEY]: "${var.key}" } },
          ),
        ),
        example(
          "one node, without high availability",
          cluster({ default_node_pool: { node_count: 1 } }),
          extension({ inferenceRouterHA: "false" }),
        ),
        example(
          "another extension",
          extension({ enableTraining: null, enableInference: null }, { extension_type: "microsoft.flux" }),
        ),
        example(
          "a label that a pool has",
          cluster(),
          nodePool({ node_labels: { purpose: "ml" }, node_count: 3 }),
          extension({ "nodeSelector.purpose": "ml" }),
        ),
        example("beside an AksCompute", cluster(), attachment(), extension({ [ENABLE_UPGRADE]: "true" })),
      ],
      failing: [
        finds(
          'configuration_settings["enableTraining"]',
          example("neither training nor inference", extension({ enableTraining: "False", enableInference: "False" })),
        ),
        finds(
          'configuration_settings["inferenceRouterServiceType"]',
          example("inference without a router type", cluster(), extension({ inferenceRouterServiceType: null })),
        ),
        finds(
          'configuration_settings["inferenceRouterServiceType"]',
          example("a router type that there is not", cluster(), extension({ inferenceRouterServiceType: "ingress" })),
        ),
        finds(
          'configuration_settings["inferenceRouterServiceType"]',
          example("nodePort, not told to the chart", cluster(), extension({ inferenceRouterServiceType: "NodePort" })),
        ),
        finds(
          'configuration_settings["internalLoadBalancerProvider"]',
          example(
            "nodePort with an internal load balancer",
            cluster(),
            extension({
              inferenceRouterServiceType: "nodePort",
              [NODE_PORT]: "True",
              internalLoadBalancerProvider: "azure",
              [INTERNAL_LOAD_BALANCER]: "True",
            }),
          ),
        ),
        finds(
          'configuration_settings["internalLoadBalancerProvider"]',
          example(
            "an internal load balancer, not told to the chart",
            cluster(),
            extension({ internalLoadBalancerProvider: "azure" }),
          ),
        ),
        finds(
          'configuration_settings["internalLoadBalancerProvider"]',
          example(
            "another provider of load balancers",
            cluster(),
            extension({ internalLoadBalancerProvider: "metallb", [INTERNAL_LOAD_BALANCER]: "True" }),
          ),
        ),
        finds(
          'configuration_settings["allowInsecureConnections"]',
          example("no TLS, and HTTP not allowed", cluster(), extension({ sslCname: null, ...NO_SECRET })),
        ),
        finds(
          'configuration_settings["scoringFe.sslSecret"]',
          example("a certificate without its name", cluster(), extension({ sslCname: null })),
        ),
        finds(
          'configuration_settings["sslSecret"]',
          example("a secret, not told to the chart", cluster(), extension({ [SSL_SECRET]: null })),
        ),
        finds(
          'configuration_settings["sslCname"]',
          example("a name without a certificate", cluster(), extension(NO_SECRET)),
        ),
        finds(
          'configuration_settings["sslCname"]',
          example(
            "a certificate without its key",
            cluster(),
            extension(
              { ...NO_SECRET },
              { configuration_protected_settings: { [SSL_CERTIFICATE]: "${var.certificate}" } },
            ),
          ),
        ),
        finds(
          "default_node_pool[0].node_count",
          example("high availability on two nodes", cluster({ default_node_pool: { node_count: 2 } }), extension()),
        ),
        finds(
          'configuration_settings["clusterPurpose"]',
          example("another purpose", extension({ clusterPurpose: "DenseProd" })),
        ),
        finds(
          'configuration_settings["installPromOp"]',
          example("another word for true", extension({ installPromOp: "yes" })),
        ),
        finds(
          "configuration_settings",
          example("a derived setting that is missing", cluster(), extension({ "nginxIngress.enabled": null })),
        ),
        finds(
          'configuration_settings["nodeSelector.purpose"]',
          example("a label that no pool has", cluster(), extension({ "nodeSelector.purpose": "ml" })),
        ),
        finds(
          "default_node_pool[0].node_count",
          example(
            "high availability on two nodes and one behind a taint",
            cluster({ default_node_pool: { node_count: 2 } }),
            nodePool({ node_taints: ["sku=gpu:NoSchedule"] }),
            extension({ "workLoadToleration[0].key": "sku", "workLoadToleration[0].operator": "Exists" }),
          ),
        ),
        finds(
          'configuration_settings["nodeSelector.pool"]',
          example("an empty value", cluster(), extension({ "nodeSelector.pool": "" })),
        ),
        finds("release_namespace", example("another namespace", cluster(), extension({}, { release_namespace: "ml" }))),
        finds(
          'configuration_settings["scoringFe.enableUpgrade"]',
          example("beside an AksCompute, which is not to be taken over", cluster(), attachment(), extension()),
        ),
      ],
      unknown: [
        example("a variable", cluster(), extension({ enableInference: "${var.inference}" })),
        example("a cluster that is not in sight", kubernetesCompute(), extension()),
        example(
          "the node count is a variable",
          cluster({ default_node_pool: { node_count: "${var.nodes}" } }),
          extension(),
        ),
      ],
    };
  },
});

/** A configuration of this kind whose extension is given. */
function withExtension(given: object): object {
  return { kind: "KubernetesCompute", namespace: "ml", extension: given };
}

/** What each setting may be, whatever the others are. */
function* values(subject: Extension): Generator<Problem> {
  const { resource, paths, namespace } = subject;
  for (const name of resource.keys(paths.settings)) {
    if (!isKnown(subject, name)) continue;
    const path = subject.at(name);
    const text = resource.text(path);
    if (text === "")
      yield {
        attribute: path,
        message: `the setting ${name} is empty`,
        advice: "set a value, or remove it: the provider refuses an empty one",
        fix: { set: { [path]: null } },
      };
    else if (text !== undefined && Object.hasOwn(BOOLEAN_SETTINGS, name) && !/^(true|false)$/i.test(text))
      yield {
        attribute: path,
        message: `the setting ${name} is ${JSON.stringify(text)}`,
        advice: "use True or False",
        ...(/^(yes|on|enabled?|1)$/i.test(text)
          ? { fix: { set: { [path]: "True" } } }
          : /^(no|off|disabled?|0)$/i.test(text)
            ? { fix: { set: { [path]: "False" } } }
            : {}),
      };
  }
  if (!(EXTENSION_PURPOSES as readonly string[]).includes(subject.purpose)) {
    yield {
      attribute: subject.at("clusterPurpose"),
      message: `the purpose ${subject.purpose} is not one of an extension`,
      advice: "use FastProd or DevTest",
      fix: { set: { [subject.at("clusterPurpose")]: "FastProd" } },
    };
  }
  if (namespace !== EXTENSION_NAMESPACE)
    yield {
      attribute: paths.namespace,
      message: `the extension is installed in namespace ${namespace}`,
      advice: `install it into ${EXTENSION_NAMESPACE}`,
      fix: { set: { [paths.namespace]: EXTENSION_NAMESPACE } },
    };
}

/** Whether the service adds what is left out is not documented: public configurations do either. */
function* derived(subject: Extension): Generator<Problem> {
  const { resource, paths } = subject;
  const missing = DERIVED_SETTINGS.filter((name) => !resource.isSet(subject.at(name)));
  if (missing.length === 0) return;
  const [isOne, names] = [missing.length === 1, missing.join(", ")];
  yield {
    attribute: paths.settings,
    level: "warning",
    message: `${isOne ? "a setting is" : `${missing.length} settings are`} missing that the Azure CLI derives from the cluster: ${names}`,
    advice: `set ${isOne ? "it" : "them"} as \`az k8s-extension create\` does`,
  };
}

/** Labels that its settings ask for, and that no pool has. */
function* labels(subject: Extension): Generator<Problem> {
  const { nodeSelector } = subject;
  const [label] = Object.keys(nodeSelector);
  const { resource: target } = label === undefined ? {} : subject.cluster;
  if (label === undefined || !target) return;
  const capacity = new Capacity(target, { tolerations: [{ operator: "Exists" }], nodeSelector });
  if (!capacity.isNone) return;
  yield {
    attribute: subject.at(`nodeSelector.${label}`),
    level: "warning",
    message: `no node pool matches its node selector: ${capacity.whyNot}`,
    advice: "add the label to a pool (node_labels), or remove the setting",
  };
}

function isKnown(subject: Extension, name: string): boolean {
  return typeof subject.resource.value(subject.at(name)) === "string";
}

/** Whether a setting comes from resources in the model, which have what it asks of them. */
function isFromSight({ resource, paths }: Extension, name: string): boolean {
  const references = resource.references(`${paths.settings}["${name}"]`);
  return (
    references.length > 0 &&
    references.every((reference) => resource.model.referenced(resource.stack, reference) !== undefined)
  );
}

function* router(subject: Extension): Generator<Problem> {
  const attribute = subject.at("inferenceRouterServiceType");
  const type = subject.setting("inferenceRouterServiceType");
  const allowed = ROUTER_SERVICE_TYPES.join(", ");
  const known = ROUTER_SERVICE_TYPES.find((each) => each.toLowerCase() === type?.toLowerCase());
  if (type === undefined)
    yield {
      attribute,
      message: "inference is on, and inferenceRouterServiceType is missing",
      advice: `set inferenceRouterServiceType to one of ${allowed}`,
    };
  else if (!known)
    yield {
      attribute,
      message: `the router type ${JSON.stringify(type)} does not exist`,
      advice: `use one of ${allowed}`,
    };
  if (known === "nodePort" && !isTrue(subject.setting(NODE_PORT) ?? ""))
    yield {
      attribute,
      ...beside(NODE_PORT, "the router type is nodePort", subject.setting(NODE_PORT)),
      advice: `set ${NODE_PORT} to True`,
      fix: { set: { [subject.at(NODE_PORT)]: "True" } },
    };

  const provider = subject.setting("internalLoadBalancerProvider");
  if (provider === undefined) return;
  const at = subject.at("internalLoadBalancerProvider");
  if (provider !== "azure")
    yield {
      attribute: at,
      message: `the internal load balancer provider ${JSON.stringify(provider)} does not exist`,
      advice: "use azure",
      fix: { set: { [at]: "azure" } },
    };
  else if (known === "nodePort")
    yield {
      attribute: at,
      message: "the router type is nodePort, which has no load balancer, and an internal load balancer is set",
      advice: "use the router type loadBalancer, or remove the internal load balancer",
      fix: { set: { [at]: null } },
    };
  else if (!isTrue(subject.setting(INTERNAL_LOAD_BALANCER) ?? ""))
    yield {
      attribute: at,
      ...beside(INTERNAL_LOAD_BALANCER, "internalLoadBalancerProvider is set", subject.setting(INTERNAL_LOAD_BALANCER)),
      advice: `set ${INTERNAL_LOAD_BALANCER} to True`,
      fix: { set: { [subject.at(INTERNAL_LOAD_BALANCER)]: "True" } },
    };
}

/** What Azure's own tool makes of a documented setting: whether the service does so too is not documented either. */
function beside(name: string, because: string, given?: string): Pick<Problem, "level" | "message"> {
  const is = given === undefined ? "missing" : "not True";
  return { level: "warning", message: `${because}, and ${name} is ${is}: the Azure CLI sends it beside that` };
}

function* tls(subject: Extension): Generator<Problem> {
  const { resource } = subject;
  const isInsecure = subject.flag("allowInsecureConnections");
  const [certificate, key] = [SSL_CERTIFICATE, SSL_KEY].map((name) => subject.protectedPaths(name).length > 0) as [
    boolean,
    boolean,
  ];
  const hasName = resource.isSet(subject.at("sslCname"));
  const [isSent, isGiven] = [SSL_SECRET, "sslSecret"].map((name) => resource.isSet(subject.at(name)));
  const hasSecret = isSent || isGiven;
  const attribute = subject.at(hasName ? "sslCname" : hasSecret ? SSL_SECRET : "allowInsecureConnections");
  if (isInsecure) {
    if (hasName || hasSecret || certificate)
      yield {
        attribute: subject.at("allowInsecureConnections"),
        level: "warning",
        message: "endpoints answer over HTTP, and the certificate is not used",
        advice: "set allowInsecureConnections to false",
        fix: { set: { [subject.at("allowInsecureConnections")]: "False" } },
      };
    return;
  }
  if (isGiven && !isSent && !certificate)
    yield {
      attribute: subject.at("sslSecret"),
      ...beside(SSL_SECRET, "sslSecret is set"),
      advice: `set ${SSL_SECRET} to the same`,
      fix: () => ({ set: { [subject.at(SSL_SECRET)]: subject.setting("sslSecret") } }),
    };
  const parts = {
    "its name (sslCname)": hasName,
    "the certificate": hasSecret || certificate,
    "its key": hasSecret || key,
  };
  const missing = Object.entries(parts).flatMap(([name, given]) => (given ? [] : [name]));
  if (missing.length === 0) return;
  yield missing.length === 3
    ? {
        attribute,
        message: "endpoints have no certificate, and HTTP is not allowed",
        advice: "set a domain name and a certificate, or set allowInsecureConnections to true for development and test",
      }
    : {
        attribute,
        message: `TLS is on, and ${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} missing`,
        advice: "set the domain name, and the certificate with its key",
      };
}

/** The front end of an AksCompute blocks the extension, unless it is to be taken over. */
function* upgrade(subject: Extension): Generator<Problem> {
  const [legacy] = aksComputesAt(subject.resource.model, subject.cluster);
  if (!legacy || isTrue(subject.setting(ENABLE_UPGRADE) ?? "")) return;
  yield {
    attribute: subject.at(ENABLE_UPGRADE),
    message: `the cluster is attached as AksCompute too, whose azureml-fe blocks the extension (E45004)`,
    advice: {
      terraform: `set ${ENABLE_UPGRADE} to True, and annotate that deployment: docs/migrate-to-kubernetescompute.md`,
      configuration: "set enableUpgrade to true, and annotate that deployment: docs/migrate-to-kubernetescompute.md",
    },
    fix: {
      set: { [subject.at(ENABLE_UPGRADE)]: "True" },
      configuration: { "attachment.extension.enableUpgrade": true },
    },
  };
}

function* highAvailability(subject: Extension): Generator<Problem> {
  if (!subject.flag("inferenceRouterHA")) return;
  const { resource: target } = subject.cluster;
  if (!target) return subject.resource.notKnown(subject.clusterPath);
  const capacity = new Capacity(target, routerOf(subject));
  const shortage = capacity.isNone ? undefined : capacity.shortage(HIGH_AVAILABILITY_NODES, () => 1);
  const [pool] = capacity.pools;
  if (!shortage || !pool) return;
  const others = capacity.whyNot;
  yield {
    resource: pool.resource,
    attribute: pool.countPath,
    level: shortage.isSure ? "error" : "warning",
    message: `${counted(shortage.has, "node")}${shortage.isSure ? "" : " where the pools scale down"}, and a highly available router needs ${HIGH_AVAILABILITY_NODES} (E40002)${others && `; ${others}`}`,
    advice: `use ${HIGH_AVAILABILITY_NODES} or more nodes, or set inferenceRouterHA to false`,
    fix: () => capacity.enough(HIGH_AVAILABILITY_NODES, () => 1),
  };
}
