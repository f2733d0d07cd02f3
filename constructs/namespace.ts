import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1/index.js";
import { Construct } from "constructs";
import { judgeOnSynthesis } from "./judgement.ts";
import { comesFrom } from "./origin.ts";

/** A namespace to make. */
export interface NamespaceProps {
  /** Name of the namespace. */
  readonly name: string;
}

/** A Kubernetes namespace whose labels and annotations belong to whoever works in it. */
export class Namespace extends Construct {
  /** The namespace itself. */
  readonly resource: NamespaceV1;

  constructor(scope: Construct, id: string, { name }: NamespaceProps) {
    super(scope, id);
    judgeOnSynthesis(this);
    this.resource = new NamespaceV1(this, "Resource", {
      metadata: { name },
      // Azure ML puts its own on them, which every plan would take away again.
      lifecycle: { ignoreChanges: ["metadata[0].labels", "metadata[0].annotations"] },
    });
    comesFrom(this.resource, { "metadata.name": "name" });
  }
}
