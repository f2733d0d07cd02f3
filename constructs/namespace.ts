import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1/index.js";
import type { Construct } from "constructs";
import { JudgedConstruct } from "./judged-construct.ts";
import { keyed } from "./keyed.ts";
import { elementFrom } from "./origin.ts";

/** A namespace to make. */
export interface NamespaceProps {
  /** Name of the namespace. */
  readonly name: string;
}

/** A Kubernetes namespace whose labels and annotations belong to whoever works in it. */
export class Namespace extends JudgedConstruct {
  /** The namespace itself. */
  readonly resource: NamespaceV1;

  constructor(scope: Construct, id: string, props: NamespaceProps) {
    super(scope, id);
    this.resource = elementFrom(NamespaceV1, this, "Resource", {
      metadata: { name: keyed(props).name },
      // Azure ML puts its own on them, which every plan would take away again.
      lifecycle: { ignoreChanges: ["metadata[0].labels", "metadata[0].annotations"] },
    });
  }
}
