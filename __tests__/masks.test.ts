import { expect, it } from "vitest";
import { attachment, cluster, example } from "../rules/examples.ts";
import type { Json } from "./helpers.ts";
import { ID, OTHERS, tryMasks } from "./masks.ts";
import { planOf } from "./plan-of.ts";
import { seen } from "./seen.ts";

// Each node in one form or another. Each in every form: `npm run test:slow`.
tryMasks(7);

it("nobody sees the subscription in a masked ID", () => {
  const { stack } = example(
    "",
    cluster(),
    attachment({ kubernetes_cluster_id: "${azurerm_kubernetes_cluster.cluster.id}" }),
  ).stacks as Json;
  const plan = planOf(stack, { before: example("", cluster()).stacks.stack });
  plan.configuration.provider_config.azurerm.expressions.subscription_id = { references: ["var.subscription"] };
  const [aks] = plan.resource_changes;
  aks.change.after.id = aks.change.before.id = aks.change.after.id.replace("00000000-0000-0000-0000-000000000000", ID);
  const attached = plan.resource_changes[1].change;
  attached.after.machine_learning_workspace_id = attached.after.machine_learning_workspace_id.replace(
    "00000000",
    "11111111",
  );
  expect(seen(plan, OTHERS)).toContain(ID);
  aks.change.after_sensitive = { id: true };
  expect(seen(plan, OTHERS)).not.toContain(ID);
});
