import { DEFAULT_INGRESS_CONTROLLER, INGRESS_CONTROLLER, INGRESS_ENABLED } from "../../azure/azureml-extension.ts";
import { extensionsOf } from "../../model/extension.ts";
import { clusterBehind } from "../../model/kubernetes.ts";
import type { Resource } from "../../model/resource.ts";
import { known } from "../../model/value.ts";
import { example, extension, finds } from "../examples.ts";
import { type Problem, rule } from "../rule.ts";

/** Resources that may install an ingress-nginx. */
const INSTALLING = ["helm_release", "kubernetes_ingress_class_v1", "kubernetes_ingress_class"];
const CHART = /(^|\/)(ingress-nginx|nginx-ingress-controller)(-[\d.]+\.tgz)?$/;
const CLASS = "controller.ingressClassResource.controllerValue";

const release = (changes: object = {}): object => ({
  resource: {
    helm_release: {
      nginx: {
        name: "ingress-nginx",
        chart: "ingress-nginx",
        repository: "https://kubernetes.github.io/ingress-nginx",
        ...changes,
      },
    },
  },
});
const ingressClass = (controller: string): object => ({
  resource: { kubernetes_ingress_class_v1: { nginx: { metadata: { name: "nginx" }, spec: { controller } } } },
});

export default rule({
  id: "kubernetes/ingress-nginx",
  level: "warning",
  fact: "The ingress-nginx of the Azure ML extension and one of your own have different classes.",
  why: "The default class of both is k8s.io/ingress-nginx. With the same class the extension fails to install, or both keep overwriting the address of every ingress.",
  source:
    "https://learn.microsoft.com/azure/machine-learning/how-to-troubleshoot-kubernetes-extension#ingress-nginx-controller",
  phases: ["synthesis", "plan"],
  on: extensionsOf,
  *check(subject) {
    const { resource } = subject;
    if (subject.setting(INGRESS_ENABLED)?.toLowerCase() === "false") return;
    const own = subject.setting(INGRESS_CONTROLLER) ?? DEFAULT_INGRESS_CONTROLLER;
    const conflict = function* (other: Resource): Generator<Problem> {
      if (other.type === "helm_release" && !CHART.test(other.text("chart") ?? "")) return;
      const at = known(() => clusterBehind(other));
      const cluster = known(() => subject.cluster);
      if (at?.id !== undefined && cluster?.id !== undefined && at.id.toLowerCase() !== cluster.id.toLowerCase()) return;
      if (classOf(other) !== own) return;
      yield {
        attribute: subject.at(INGRESS_CONTROLLER),
        message: `the extension's ingress-nginx and ${other.address} have the same controller class, ${own}`,
        advice: `set ${INGRESS_CONTROLLER} to a class of its own, such as k8s.io/amlarc-ingress-nginx`,
        fix: { set: { [subject.at(INGRESS_CONTROLLER)]: "k8s.io/amlarc-ingress-nginx" } },
      };
    };
    for (const type of INSTALLING) for (const other of resource.model.ofType(type)) yield () => conflict(other);
  },
  configuration: "No ingress controller is configured.",
  get examples() {
    return {
      passing: [
        example("no other ingress-nginx", extension()),
        example("a class of its own", extension({ [INGRESS_CONTROLLER]: "k8s.io/amlarc-ingress-nginx" }), release()),
        example(
          "another class for the other",
          extension(),
          release({ set: [{ name: CLASS, value: "k8s.io/internal-ingress" }] }),
        ),
        example(
          "another class in its values",
          extension(),
          release({ values: ["controller:\n  ingressClassResource:\n    controllerValue: k8s.io/internal\n"] }),
        ),
        example(
          "another class in its values, as JSON",
          extension(),
          release({ values: ['{"controller":{"ingressClassResource":{"controllerValue":"k8s.io/internal"}}}'] }),
        ),
        example("no ingress-nginx of the extension", extension({ [INGRESS_ENABLED]: "false" }), release()),
        example("another chart", extension(), release({ name: "flux", chart: "flux2" })),
        example("a class of another controller", extension(), ingressClass("azure/application-gateway")),
      ],
      failing: [
        finds(
          'configuration_settings["nginxIngress.controller"]',
          example("a release of ingress-nginx", extension(), release()),
        ),
        finds(
          'configuration_settings["nginxIngress.controller"]',
          example(
            "a release under another name",
            extension(),
            release({ name: "public", chart: "oci://example.azurecr.io/charts/ingress-nginx" }),
          ),
        ),
        finds(
          'configuration_settings["nginxIngress.controller"]',
          example("its class", extension(), ingressClass(DEFAULT_INGRESS_CONTROLLER)),
        ),
      ],
      unknown: [
        example("the chart is a variable", extension(), release({ chart: "${var.chart}" })),
        example("the values are a variable", extension(), release({ values: ["${var.values}"] })),
        example("the class is a variable", extension({ [INGRESS_CONTROLLER]: "${var.class}" }), release()),
      ],
    };
  },
});

/** The controller class that it takes. */
function classOf(resource: Resource): string | undefined {
  if (resource.type !== "helm_release") return resource.text("spec[0].controller");
  for (const set of ["set", "set_sensitive"].flatMap((name) => resource.blocks(name))) {
    if (resource.text(`${set}.name`) === CLASS) return resource.text(`${set}.value`);
  }
  for (const values of resource.items("values")) {
    const [, given] = /\bcontrollerValue["']?\s*:\s*["']?([^\s"'#,}]+)/.exec(values) ?? [];
    if (given !== undefined) return given;
  }
  return DEFAULT_INGRESS_CONTROLLER;
}
