import { EXTENSION_NAMESPACE } from "../../azure/azureml-extension.ts";
import { extensionsOf } from "../../model/extension.ts";
import { clusterBehind, type Secret, secretsOf } from "../../model/kubernetes.ts";
import { example, extension, finds, kubernetesSecret, merge } from "../examples.ts";
import { type Fix, rule } from "../rule.ts";
import { extensionsAt } from "../siblings.ts";

const NAME = "azuremlfessl";
const NEEDED = ["cert.pem", "key.pem"];

const extensionSecret = (changes: object): object =>
  kubernetesSecret(merge({ metadata: { name: "azureml-tls", namespace: EXTENSION_NAMESPACE } }, changes));
const named = (changes: object): object =>
  kubernetesSecret({ metadata: { name: NAME, namespace: "default" }, ...changes });

/** The names that a TLS secret of Kubernetes has for the same. */
const OF_KUBERNETES = { "tls.crt": "cert.pem", "tls.key": "key.pem" } as const;

/** The data under the names that Azure ML reads, where it is there under those of Kubernetes. */
function renamedKeys({ resource, paths }: Secret): Fix | undefined {
  const path = paths.data.find((each) => resource.isSet(each));
  const keys = path === undefined ? [] : resource.keys(path);
  const renamed = Object.entries(OF_KUBERNETES).filter(([from, to]) => keys.includes(from) && !keys.includes(to));
  return { rename: Object.fromEntries(renamed.map(([from, to]) => [`${path}["${from}"]`, to])) };
}

export default rule({
  id: "tls/secret-shape",
  level: "error",
  fact: "A secret for Azure ML has the type Opaque and the keys cert.pem and key.pem. That of the extension is in namespace azureml.",
  why: "Azure ML does not read a kubernetes.io/tls secret with tls.crt and tls.key: the endpoints then have no certificate.",
  source: "https://learn.microsoft.com/azure/machine-learning/how-to-secure-kubernetes-online-endpoint",
  phases: ["synthesis", "plan"],
  on: secretsOf,
  *check(secret) {
    const { resource, name, paths } = secret;
    if (name === undefined || (name !== NAME && !isReadByExtension(secret, name))) return;
    if (name !== NAME && namespaceOf(secret) !== EXTENSION_NAMESPACE) {
      yield {
        attribute: paths.namespace,
        message: `the extension looks for the secret ${name} in namespace ${EXTENSION_NAMESPACE}, and this one is in ${namespaceOf(secret)}`,
        advice: `put it into namespace ${EXTENSION_NAMESPACE}`,
        fix: { set: { [paths.namespace]: EXTENSION_NAMESPACE } },
      };
    }
    const type = resource.text(paths.type) ?? "Opaque";
    if (type !== "Opaque")
      yield {
        attribute: paths.type,
        message: `the secret ${name} is of type ${type}`,
        advice: "set the type to Opaque",
        fix: { set: { [paths.type]: "Opaque" } },
      };
    const given = paths.data.flatMap((path) => (resource.isSet(path) ? resource.keys(path) : []));
    const missing = NEEDED.filter((key) => !given.includes(key));
    if (missing.length > 0) {
      yield {
        attribute: paths.data[0],
        message: `the secret ${name} has no ${missing.join(" and no ")}`,
        advice: `add ${NEEDED.join(" and ")}, each in PEM format`,
        fix: () => renamedKeys(secret),
      };
    }
  },
  configuration: "A secret is synthesized in the shape that Azure ML reads.",
  get examples() {
    return {
      passing: [
        example("Opaque, with both", named({ data: { "cert.pem": "${var.certificate}", "key.pem": "${var.key}" } })),
        example(
          "the extension's",
          extension(),
          extensionSecret({ data: { "cert.pem": "${var.certificate}", "key.pem": "${var.key}" } }),
        ),
        example(
          "another secret",
          kubernetesSecret({
            type: "kubernetes.io/tls",
            data: { "tls.crt": "${var.certificate}", "tls.key": "${var.key}" },
          }),
        ),
      ],
      failing: [
        finds(
          ["type", "data"],
          example(
            "kubernetes.io/tls",
            named({ type: "kubernetes.io/tls", data: { "tls.crt": "${var.certificate}", "tls.key": "${var.key}" } }),
          ),
        ),
        finds(
          ["type", "data"],
          example(
            "the extension's, as kubernetes.io/tls",
            extension(),
            extensionSecret({
              type: "kubernetes.io/tls",
              data: { "tls.crt": "${var.certificate}", "tls.key": "${var.key}" },
            }),
          ),
        ),
        finds(
          "metadata[0].namespace",
          example(
            "the extension's in another namespace",
            extension(),
            extensionSecret({
              metadata: { namespace: "ml" },
              data: { "cert.pem": "${var.certificate}", "key.pem": "${var.key}" },
            }),
          ),
        ),
        finds("data", example("no key", named({ data: { "cert.pem": "${var.certificate}" } }))),
        finds(
          ["manifest.type", "manifest.data"],
          example("a manifest", {
            resource: {
              kubernetes_manifest: {
                tls: {
                  manifest: {
                    apiVersion: "v1",
                    kind: "Secret",
                    metadata: { name: NAME, namespace: "default" },
                    type: "kubernetes.io/tls",
                  },
                },
              },
            },
          }),
        ),
      ],
      unknown: [example("the data is a variable", named({ data: "${var.data}" }))],
    };
  },
});

/**
 * Whether the extension of the secret's cluster reads it: it is named there, and no other of that name is where it
 * looks.
 */
function isReadByExtension(secret: Secret, name: string): boolean {
  const { model } = secret.resource;
  if (!extensionsOf(model).some(({ sslSecret }) => sslSecret === name)) return false;
  const cluster = clusterBehind(secret.resource);
  if (!extensionsAt(model, cluster).some(({ sslSecret }) => sslSecret === name)) return false;
  return (
    namespaceOf(secret) === EXTENSION_NAMESPACE ||
    !secretsOf(model).some((other) => other.name === name && namespaceOf(other) === EXTENSION_NAMESPACE)
  );
}

function namespaceOf({ resource, paths }: Secret): string {
  return resource.text(paths.namespace) ?? "default";
}
