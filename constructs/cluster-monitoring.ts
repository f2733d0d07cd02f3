import { MonitorDataCollectionEndpoint } from "@cdktf/provider-azurerm/lib/monitor-data-collection-endpoint/index.js";
import { MonitorDataCollectionRule } from "@cdktf/provider-azurerm/lib/monitor-data-collection-rule/index.js";
import { MonitorDataCollectionRuleAssociation } from "@cdktf/provider-azurerm/lib/monitor-data-collection-rule-association/index.js";
import type { Construct } from "constructs";
import { derive, firstSet, isSet, type Keyed, type Traced } from "./keyed.ts";
import { elementFrom } from "./origin.ts";

/** Container insights: the logs of a cluster's containers. */
export interface LogAnalytics {
  /** Resource ID of the Log Analytics workspace. */
  readonly workspaceId: string;
  /** Region of that workspace. @default - the cluster's */
  readonly location?: string;
}

/** Azure Monitor managed service for Prometheus. */
export interface ManagedPrometheus {
  /** Resource ID of the Azure Monitor workspace. */
  readonly workspaceId: string;
  /** Region of that workspace. @default - the cluster's */
  readonly location?: string;
  /** Kubernetes annotations that metrics carry, as kube-state-metrics takes them. @default - none */
  readonly annotationsAllowed?: string;
  /** Kubernetes labels that metrics carry, as kube-state-metrics takes them. @default - none */
  readonly labelsAllowed?: string;
}

interface Monitored {
  readonly name: Traced<string>;
  readonly resourceGroupName: Traced<string>;
  readonly location: Traced<string>;
  readonly tags: Traced<Readonly<Record<string, string>> | undefined>;
}

const INSIGHTS = "Microsoft-ContainerInsights-Group-Default";
const METRICS = "Microsoft-PrometheusMetrics";

/**
 * The agent signs in with a managed identity, and then only a data collection rule tells it what to collect.
 * https://learn.microsoft.com/azure/azure-monitor/containers/kubernetes-monitoring-enable
 */
export function collectLogs(
  scope: Construct,
  cluster: Monitored,
  clusterId: string,
  logs: Keyed<LogAnalytics | undefined>,
): void {
  if (!isSet(logs)) return;
  const rule = elementFrom(MonitorDataCollectionRule, scope, "container_insights", {
    name: derive(cluster.name, (name) => shortened(`MSCI-${name}`, 64)),
    resourceGroupName: cluster.resourceGroupName,
    location: firstSet(logs.location, cluster.location),
    tags: cluster.tags,
    dataSources: {
      extension: [
        {
          name: "ContainerInsightsExtension",
          extensionName: "ContainerInsights",
          streams: [INSIGHTS],
          extensionJson: JSON.stringify({
            dataCollectionSettings: { interval: "1m", namespaceFilteringMode: "Off", enableContainerLogV2: true },
          }),
        },
      ],
    },
    destinations: {
      logAnalytics: derive(logs.workspaceId, (id) => [{ name: "ciworkspace", workspaceResourceId: id }]),
    },
    dataFlow: [{ streams: [INSIGHTS], destinations: ["ciworkspace"] }],
  });
  elementFrom(MonitorDataCollectionRuleAssociation, scope, "container_insights_association", {
    // The agent looks for this name.
    name: "ContainerInsightsExtension",
    targetResourceId: clusterId,
    dataCollectionRuleId: rule.id,
  });
}

/** https://learn.microsoft.com/azure/azure-monitor/containers/kubernetes-monitoring-enable */
export function collectMetrics(
  scope: Construct,
  cluster: Monitored,
  clusterId: string,
  metrics: Keyed<ManagedPrometheus | undefined>,
): void {
  if (!isSet(metrics)) return;
  const own = {
    resourceGroupName: cluster.resourceGroupName,
    location: firstSet(metrics.location, cluster.location),
    tags: cluster.tags,
    kind: "Linux",
  };
  const nameOf = (longest: number): Traced<string> =>
    derive(cluster.name, (name) => shortened(`MSProm-${name}`, longest));
  const endpoint = elementFrom(MonitorDataCollectionEndpoint, scope, "prometheus", {
    ...own,
    name: nameOf(44),
  });
  const rule = elementFrom(MonitorDataCollectionRule, scope, "prometheus_rule", {
    ...own,
    name: nameOf(64),
    dataCollectionEndpointId: endpoint.id,
    dataSources: { prometheusForwarder: [{ name: "PrometheusDataSource", streams: [METRICS] }] },
    destinations: {
      monitorAccount: derive(metrics.workspaceId, (id) => [{ name: "MonitoringAccount", monitorAccountId: id }]),
    },
    dataFlow: [{ streams: [METRICS], destinations: ["MonitoringAccount"] }],
  });
  elementFrom(MonitorDataCollectionRuleAssociation, scope, "prometheus_association", {
    name: "MSProm",
    targetResourceId: clusterId,
    dataCollectionRuleId: rule.id,
  });
}

/** https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules */
function shortened(name: string, longest: number): string {
  return name.slice(0, longest).replace(/[^A-Za-z0-9]+$/, "");
}
