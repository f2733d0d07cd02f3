import { ATTACH_WITH_NOTE, DECISIONS } from "../azure/attach-with.ts";

/** Which provider attaches, from the table that decides it. */
export function attachWithPage(): string {
  const rows = DECISIONS.map(({ asked, attachWith, why }) => `| ${asked} | ${attachWith} | ${why} |`);
  return `<!-- Written by \`npm run docs\` from azure/attach-with.ts. -->
# attachWith: which Terraform provider attaches

| what is asked for | provider | why |
|---|---|---|
${rows.join("\n")}

The first row that applies decides. ${ATTACH_WITH_NOTE}

- Through azurerm, the attachment is \`azurerm_machine_learning_inference_cluster.attachment\`: every change of it detaches and attaches again.
- Through azapi, it is \`azapi_resource.attachment\`: a change is an update in place. A \`moved\` block takes over what azurerm attached.
`;
}
