import { INTERNAL_LOAD_BALANCER, SSL_CERTIFICATE, SSL_KEY, wrongSettingName } from "../../azure/azureml-extension.ts";
import { extensionsOf } from "../../model/extension.ts";
import { known } from "../../model/value.ts";
import { cluster, example, extension, finds } from "../examples.ts";
import { rule } from "../rule.ts";
import { DEPLOY_EXTENSION } from "../sources.ts";

const PEM = { configuration_protected_settings: { sslCertPemFile: "${var.certificate}", sslKeyPemFile: "${var.key}" } };

export default rule({
  id: "kubernetes/setting-names",
  level: "warning",
  fact: "The settings of the Azure ML extension have documented names.",
  why: "An unknown name is accepted and has no effect: the router stays public, highly available or without its certificate.",
  source: DEPLOY_EXTENSION,
  phases: ["synthesis", "plan"],
  on: extensionsOf,
  *check(subject) {
    const { resource, paths } = subject;
    // Protected settings may be hidden as a whole.
    const hidden = paths.protectedSettings.map((path) => [path, known(() => resource.keys(path)) ?? []] as const);
    const all = [[paths.settings, resource.keys(paths.settings)] as const, ...hidden];
    const given = all.flatMap(([, names]) => names);
    for (const [path, names] of all) {
      for (const name of names) {
        const wrong = wrongSettingName(name, given);
        if (!wrong) continue;
        const isPublic = name === "privateEndpointILB" && known(() => subject.loadBalancerType) === "PublicIp";
        yield {
          attribute: `${path}["${name}"]`,
          ...(wrong.isDoubtful ? { level: "note" } : {}),
          message: `the setting ${name} ${wrong.because}, and has no effect${isPublic ? ": the router gets a public address" : ""}`,
          advice:
            wrong.instead === undefined ? "remove it, or use the name of a documented setting" : `use ${wrong.instead}`,
          ...(wrong.isMisspelled && wrong.instead !== undefined && !given.includes(wrong.instead)
            ? { fix: { rename: { [`${path}["${name}"]`]: wrong.instead } } }
            : {}),
        };
      }
    }
  },
  configuration: "The settings are synthesized with their names.",
  get examples() {
    return {
      passing: [
        example("documented settings", cluster(), extension()),
        example(
          "labels and tolerations of one's own",
          extension({
            "nodeSelector.purpose": "ml",
            "toleration[0].key": "sku",
            "workLoadToleration[0].key": "sku",
            "scoringFe.resourcesEnvoy.limits.cpu": "1",
          }),
        ),
        example(
          "the names of Azure's tool, and what it sends in their place",
          extension(
            {},
            {
              configuration_protected_settings: {
                ...PEM.configuration_protected_settings,
                [SSL_CERTIFICATE]: "${var.certificate}",
                [SSL_KEY]: "${var.key}",
              },
            },
          ),
        ),
        example(
          "an old name beside the new one",
          extension({ privateEndpointILB: "true", [INTERNAL_LOAD_BALANCER]: "True" }),
        ),
        example("another extension", extension({ anything: "x" }, { extension_type: "microsoft.flux" })),
      ],
      failing: [
        finds(
          'configuration_settings["InferenceRouterHA"]',
          example("another casing", extension({ InferenceRouterHA: "False" })),
        ),
        finds(
          'configuration_settings["enableTrainig"]',
          example("a misspelled name", extension({ enableTrainig: "True" })),
        ),
        finds(
          'configuration_settings["nodeSelectors.purpose"]',
          example("a misspelled family", extension({ "nodeSelectors.purpose": "ml" })),
        ),
        finds(
          'configuration_settings["privateEndpointILB"]',
          example("an old name", extension({ privateEndpointILB: "true" })),
        ),
        finds(
          ['configuration_protected_settings["sslCertPemFile"]', 'configuration_protected_settings["sslKeyPemFile"]'],
          example("a name of Azure's tool", extension({}, PEM)),
        ),
        finds(
          'configuration_settings["prometheus.prometheusSpec.externalLabels.cluster.name"]',
          example(
            "a label of Prometheus that is misspelled",
            extension({
              "prometheus.prometheusSpec.externalLabels.cluster_name": null,
              "prometheus.prometheusSpec.externalLabels.cluster.name": "aks",
            }),
          ),
        ),
        finds(
          'configuration_settings["highAvailability"]',
          example("a name that nobody documents", extension({ highAvailability: "False" })),
        ),
      ],
      unknown: [example("the settings are a variable", extension({}, { configuration_settings: "${var.settings}" }))],
    };
  },
});
