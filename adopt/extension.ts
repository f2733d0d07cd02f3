import {
  BOOLEAN_SETTINGS,
  EXTENSION_NAME,
  EXTENSION_NAMESPACE,
  EXTENSION_PURPOSES,
  EXTENSION_TYPE,
  type ExtensionOptions,
  type ExtensionTlsOptions,
  ROUTER_SERVICE_TYPES,
  SSL_SECRET,
  settingsOfOptions,
} from "../azure/azureml-extension.ts";
import type { Extension } from "../model/extension.ts";
import { type Draft, type Remark, some, stateRemarks, tidy, unless } from "./draft.ts";
import { Found } from "./found.ts";

type Options = ExtensionOptions & ExtensionTlsOptions;

/** What an extension that is installed says, as keys of an attachment. */
export function extensionDraft({ resource, paths }: Extension): Draft {
  const found = new Found(resource);
  const told = found.map(paths.settings);
  const hidden = found.hidden(paths.settings);
  const rest = new Map(Object.entries(told));
  // A key is taken where it sends what is there, to the letter.
  const take = <T extends Options>(options: T): T | undefined => {
    const settings = Object.entries(settingsOfOptions(options, true)).filter(([, { value }]) => value !== undefined);
    if (settings.length === 0 || settings.some(([name, { value }]) => told[name] !== value)) return undefined;
    for (const [name] of settings) rest.delete(name);
    return options;
  };
  const flags = Object.keys(BOOLEAN_SETTINGS).map((name) => take({ [name]: told[name] === "True" }));
  const serviceType = ROUTER_SERVICE_TYPES.find((type) => type === told.inferenceRouterServiceType);
  const purpose = EXTENSION_PURPOSES.find((each) => each === told.clusterPurpose);
  const configMap = told["volcanoScheduler.schedulerConfigMap"];
  const labels = Object.entries(told).flatMap(([name, value]) =>
    name.startsWith("nodeSelector.") ? [[name.slice("nodeSelector.".length), value] as const] : [],
  );
  const [cname, secret] = [told.sslCname, told.sslSecret];
  const isInsecure = told[SSL_SECRET] === undefined;
  const tls =
    cname === undefined || secret === undefined
      ? undefined
      : take({ sslCname: cname, sslSecret: secret, ...(isInsecure ? { allowInsecureConnections: true } : {}) });
  const options = Object.assign(
    {},
    ...flags,
    serviceType && take({ inferenceRouterServiceType: serviceType }),
    configMap && take({ volcanoSchedulerConfigMap: configMap }),
    take({ skipResourceValidation: true }),
    take({ enableUpgrade: true }),
    labels.length > 0 ? take({ nodeSelector: Object.fromEntries(labels) }) : {},
  ) as Options;
  const hasProtected = tls === undefined && cname !== undefined;
  const remarks: Remark[] = [
    ...stateRemarks(found.addressInState, ["extension", "adopt"]),
    { path: ["extension"], text: "only these settings are sent" },
    ...hidden.map((name) => ({
      path: ["extension"],
      text: `${name} is a secret, and is not written: the first plan removes it, unless you give it in overrides.configuration_settings`,
    })),
    ...(hasProtected
      ? [
          {
            path: ["extension", "settings"],
            text: "the certificate is in protected settings, which Azure does not tell: they stay as they are",
          },
        ]
      : []),
  ];
  const { value } = {
    value: {
      clusterPurpose: purpose && take({ clusterPurpose: purpose })?.clusterPurpose,
      loadBalancer: take({ internalLoadBalancer: true }) && { type: "InternalLoadBalancer" },
      tls: tls && { cname, certificate: { clusterSecret: secret } },
    },
  };
  return {
    remarks,
    value: tidy({
      extension: {
        adopt: true,
        name: unless(found.text("name"), EXTENSION_NAME),
        version: versionOf(found),
        ...options,
        settings: some(Object.fromEntries(rest)),
        overrides: {
          // Azure answers it in lower case, and azurerm replaces the extension where it differs.
          extension_type: unless(typeOf(found), EXTENSION_TYPE),
          release_namespace: unless(found.text(paths.namespace), EXTENSION_NAMESPACE),
        },
      },
      ...value,
    }),
  };
}

/** The version, where it is one of somebody's own. */
function versionOf(found: Found): string | undefined {
  const isKept = found.flag("body.properties.autoUpgradeMinorVersion") === false;
  return found.text("version") ?? (isKept ? found.text("body.properties.version") : undefined);
}

function typeOf(found: Found): string | undefined {
  return found.text("extension_type") ?? found.text("body.properties.extensionType");
}
