import { asSecret, type Secret } from "../model/kubernetes.ts";
import type { Resource } from "../model/resource.ts";
import { known } from "../model/value.ts";
import { nameOf, type Reading } from "./reading.ts";

/** The Secret with a certificate as Azure ML reads it that a resource makes, if it does. */
export function asCertificateSecret(resource: Resource): Secret | undefined {
  const secret = asSecret(resource);
  if (secret === undefined) return undefined;
  const holdsCertificate = ["data", "data_wo", "binary_data", "binary_data_wo"].some((path) =>
    (known(() => resource.keys(path)) ?? []).includes("cert.pem"),
  );
  return holdsCertificate ? secret : undefined;
}

/** What a plan does with the Secret of the certificate. */
export function certificateSecretReading({ resource }: Secret): Reading | undefined {
  const { actions } = resource;
  if (actions.length === 0 || actions.includes("no-op")) return undefined;
  const isRemoved = actions.includes("delete") && !resource.isReplaced;
  return {
    meaning: "change-tls",
    because: resource.parts.change?.changed ?? [],
    consequence: isRemoved
      ? `Deletes the secret ${nameOf(resource)} with the certificate: endpoints that read it lose TLS. First see that none does.`
      : `Writes the secret ${nameOf(resource)} with the certificate of the scoring endpoints. ` +
        "First see that the certificate covers their name and does not expire soon.",
  };
}
