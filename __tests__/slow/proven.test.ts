import { tryFixes } from "../fix/proven.ts";

tryFixes("Terraform JSON");
