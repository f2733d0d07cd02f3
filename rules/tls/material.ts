import type { CertificateFacts, CertificateFiles } from "../../azure/certificate.ts";
import { azapiAttachment, example, finds, sslConfiguration } from "../examples.ts";
import { type Example, endpoints, rule } from "../rule.ts";
import { SECURE_WEB_SERVICE } from "../sources.ts";

const WARNING_DAYS = 30;

const given = (
  shows: string,
  facts: Partial<CertificateFacts> = {},
  rest: Partial<CertificateFiles> = {},
  purpose = "FastProd",
): Example => ({
  ...example(
    shows,
    azapiAttachment(
      ...sslConfiguration(
        { cname: "www.contoso.com" },
        { cert: "${var.certificate}", key: "${var.key}" },
        { clusterPurpose: purpose },
      ),
    ),
  ),
  circumstances: {
    today: "2026-11-24",
    certificateFiles: {
      certificateFile: "cert.pem",
      keyFile: "key.pem",
      keyMatches: true,
      certificate: {
        subject: "CN=www.contoso.com",
        validFrom: "2026-01-01",
        validTo: "2027-06-30",
        isSelfSigned: false,
        covers: (host) => host === "www.contoso.com",
        ...facts,
      },
      ...rest,
    },
  },
});

const TLS = "body.properties.properties.sslConfiguration";

export default rule({
  id: "tls/material",
  level: "error",
  fact: "The certificate is PEM text with its chain, is valid and for the name of the endpoint, and its key has no passphrase.",
  why: "Azure ML does not check it: clients refuse it after the apply.",
  source: SECURE_WEB_SERVICE,
  phases: ["synthesis"],
  onlyBy: "on the files that are given to `check --certificate cert.pem --key key.pem`, by that command alone",
  on: endpoints,
  *check({ resource, cnamePath, tlsPath, isProduction }, { today, certificateFiles }) {
    const cname = certificateFiles && resource.text(cnamePath);
    if (!certificateFiles || cname === undefined) return;
    const attribute = tlsPath;
    const { certificateFile, certificateProblem, keyFile, keyProblem, certificate, keyMatches } = certificateFiles;
    const replace = "give PEM text: the certificate with its intermediates, and its key";
    if (certificateProblem) yield { attribute, message: `${certificateFile} ${certificateProblem}`, advice: replace };
    if (keyProblem) yield { attribute, message: `${keyFile} ${keyProblem}`, advice: replace };
    if (keyMatches === false)
      yield {
        attribute,
        message: `the key in ${keyFile} does not belong to the certificate in ${certificateFile}`,
        advice: "use the key with which the certificate was requested",
      };
    if (!certificate) return;
    const { subject, validFrom, validTo, isSelfSigned, missingIssuer } = certificate;
    if (!certificate.covers(cname))
      yield {
        attribute: cnamePath,
        message: `${certificateFile} (${subject}) is not for ${cname}`,
        advice: "use a certificate whose names include it, or change cname",
      };
    if (validTo < today) yield { attribute, message: `${certificateFile} expired on ${validTo}`, advice: "renew it" };
    else if (validFrom > today)
      yield {
        attribute,
        message: `${certificateFile} is valid only from ${validFrom}`,
        advice: "wait, or use one that is valid now",
      };
    else if (daysBetween(today, validTo) <= WARNING_DAYS)
      yield {
        attribute,
        level: "warning",
        message: `${certificateFile} expires on ${validTo}`,
        advice: "renew it now",
      };
    if (missingIssuer !== undefined) {
      yield {
        attribute,
        message: `${certificateFile} lacks the certificate of its issuer (${missingIssuer})`,
        advice: "append the intermediate certificates, in order",
      };
    }
    if (isSelfSigned && isProduction) {
      yield {
        attribute,
        message: `${certificateFile} is self-signed`,
        advice: "use one from a certificate authority that the clients trust, or the purpose DevTest",
      };
    }
  },
  configuration: "The files are judged by `check --certificate cert.pem --key key.pem`.",
  get examples() {
    return {
      passing: [
        given("a good one"),
        given("self-signed for DevTest", { isSelfSigned: true }, {}, "DevTest"),
        example("no certificate of one's own", azapiAttachment()),
      ],
      failing: [
        finds(`${TLS}.cname`, given("another name", { covers: () => false })),
        finds(TLS, given("expired", { validTo: "2026-11-01" })),
        finds(TLS, given("not valid yet", { validFrom: "2027-01-01" })),
        finds(TLS, given("30 days left", { validTo: "2026-12-24" })),
        finds(TLS, given("a missing intermediate", { missingIssuer: "CN=Contoso Issuing CA" })),
        finds(TLS, given("self-signed for production", { isSelfSigned: true })),
        finds(TLS, given("another key", {}, { keyMatches: false })),
        finds(
          TLS,
          given(
            "a file that cannot be read",
            {},
            { certificate: undefined, keyMatches: undefined, certificateProblem: "is empty" },
          ),
        ),
        finds(TLS, given("a key with a passphrase", {}, { keyMatches: undefined, keyProblem: "has a passphrase" })),
      ],
      unknown: [],
    };
  },
});

function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 86_400_000;
}
