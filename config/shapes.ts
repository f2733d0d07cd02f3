import { z } from "zod";
import { versionMistake } from "../azure/kubernetes-versions.ts";
import { NAME_RULES } from "../azure/names.ts";
import { regionGuess, regionName } from "../azure/regions.ts";
import { normalizeResourceId } from "../azure/resource-id.ts";
import { meantSize } from "../azure/vm-sizes.ts";

/** Shapes that several keys of the configuration have. */

/** Free text, and names whose rules Azure judges. */
export const text = () => z.string().max(2_048, "must have at most 2,048 characters").regex(/\S/, "must not be empty");

/** The name of a resource in Azure, by its rules. */
export const azureName = (kind: keyof typeof NAME_RULES) =>
  z.string().regex(NAME_RULES[kind].pattern, NAME_RULES[kind].says);

/** A VM size. What the table does not know may be new, but each has its prefix. */
export const vmSize = () =>
  z.string().regex(/^(Standard|Basic)_[A-Za-z0-9][A-Za-z0-9_-]*$/i, {
    error: ({ input }) => {
      const meant = meantSize(String(input));
      return meant ? `did you mean ${meant}?` : "must be the name of a VM size such as Standard_D4s_v5";
    },
  });

/** A Kubernetes version: its minor version, or with the patch. */
export const kubernetesVersion = () =>
  z
    .string()
    .max(40, "must have at most 40 characters")
    .superRefine((value, context) => {
      const message = versionMistake(value);
      if (message !== undefined) context.addIssue({ code: "custom", message });
    })
    .meta({ pattern: "^1\\.\\d{1,2}(\\.\\d{1,3})?$" });

/** A name in Kubernetes. https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
export const kubernetesName = () =>
  z
    .string()
    .regex(
      /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/,
      "must be a Kubernetes name: lower-case letters, digits, hyphens and dots, neither end a hyphen or dot",
    );

/** A host name with at least one dot, and no address. */
export const domainName = () =>
  z
    .string()
    .regex(
      /^(?=.{3,253}$)(?!.*\.\d+$)[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?)+$/,
      "must be a domain name such as scoring.contoso.com, without scheme, port and path",
    );

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const guid = () =>
  z
    .string()
    .regex(GUID, "must be a GUID such as 00000000-0000-0000-0000-000000000000")
    .toLowerCase()
    .meta({ format: "uuid" });

/** Azure takes `West Europe` and `westeurope`; Terraform keeps the second. */
export const region = () =>
  z
    .string()
    .max(60, "must have at most 60 characters")
    .superRefine((value, context) => {
      const { isPossible, meant } = regionGuess(value);
      if (isPossible) return;
      const message = "must be the name of an Azure region such as westeurope: `az account list-locations` lists them";
      context.addIssue({ code: "custom", message: meant ? `did you mean ${meant}?` : message });
    })
    .meta({ pattern: "^[A-Za-z][A-Za-z0-9 ]*$" })
    .transform(regionName);

export const tags = () => z.record(z.string(), z.string()).meta({ description: "Azure tags: name to value." });

/** Attributes of a resource in Terraform's own names, for what no key sets. */
export const overrides = (type: string) =>
  z
    .record(z.string().regex(/^[a-z][a-z0-9_]*$/, "must be an attribute or block in Terraform's own name"), z.unknown())
    .optional()
    .describe(
      `Attributes of ${type} in Terraform's own names, laid over what the other keys make: maps merge deeply, anything else is replaced, null takes an attribute away. Default: none.`,
    );

/** A resource ID in any casing, normalised to Azure's own. */
export const resourceId = (type: string) => {
  const [provider, ...types] = type.split("/");
  const shape = `/subscriptions/…/resourceGroups/…/providers/${provider}${types.map((name) => `/${name}/…`).join("")}`;
  return z
    .string()
    .max(2_048, "must have at most 2,048 characters")
    .transform((value, context) => {
      const normalized = GUID.test(value.split("/")[2] ?? "") ? normalizeResourceId(value, type) : undefined;
      if (normalized === undefined)
        context.addIssue({ code: "custom", message: `must be a resource ID of the form ${shape}` });
      return normalized ?? z.NEVER;
    });
};

type Forms = readonly (readonly string[])[];

/** Of a map, exactly one of several forms: the keys of the form are there, and those of the others are not. */
type OneForm<T, F extends Forms> = {
  [I in keyof F]: Flat<
    Omit<T, F[number][number]> & { [K in F[I][number] & keyof T]-?: NonNullable<T[K]> } & {
      [K in Exclude<F[number][number], F[I][number]>]?: undefined;
    }
  >;
}[number];

type Flat<T> = { [K in keyof T]: T[K] };

/**
 * Exactly one of the given forms: all of its keys and none of another's. Checked even where other keys are wrong,
 * so that all mistakes show at once.
 */
export function oneForm<T extends z.ZodObject, const F extends Forms>(
  schema: T,
  forms: F,
  message: string,
): z.ZodType<OneForm<z.output<T>, F>, OneForm<z.input<T>, F>> {
  const isOneForm = (value: Record<string, unknown>): boolean => {
    const given = forms.filter((form) => form.some((key) => value[key] !== undefined));
    return given.length === 1 && given[0]?.every((key) => value[key] !== undefined) === true;
  };
  // The compiler cannot follow what the check proves.
  return schema
    .refine(isOneForm, { message, when: (payload) => isObject(payload.value) })
    .meta({ oneOf: forms.map((form) => ({ required: form })) }) as never;
}

export function nonEmpty<T extends z.ZodType>(schema: T, message: string): T {
  return schema.refine((value) => isObject(value) && Object.keys(value).length > 0, message) as T;
}

/** Keys that mean something only where a condition holds. */
export function onlyWith(
  keys: readonly string[],
  condition: (value: Record<string, unknown>) => boolean,
): (value: unknown) => boolean {
  return (value) => !isObject(value) || condition(value) || keys.every((key) => value[key] === undefined);
}

/** Whether two keys name one object in Kubernetes. */
export function areSame(value: unknown, first: string, second: string): boolean {
  const name = (key: string): string | undefined => {
    const object = isObject(value) ? value[key] : undefined;
    return isObject(object) ? `${object.namespace ?? "default"}/${object.name}` : undefined;
  };
  return name(first) !== undefined && name(first) === name(second);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The managed identities of something that may have several. */
export const identity = (owner: string) =>
  z
    .strictObject({
      systemAssigned: z.boolean().optional().describe(`Whether ${owner} has an identity of its own. Default: false.`),
      userAssigned: z
        .array(resourceId(USER_ASSIGNED_IDENTITY))
        .min(1)
        .optional()
        .describe("Resource IDs of user-assigned identities."),
    })
    .refine((value) => isObject(value) && (value.systemAssigned === true || value.userAssigned !== undefined), {
      message: "give systemAssigned: true, userAssigned, or both",
      when: (payload) => isObject(payload.value),
    });

export const USER_ASSIGNED_IDENTITY = "Microsoft.ManagedIdentity/userAssignedIdentities";
