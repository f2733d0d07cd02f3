import * as azurerm from "@cdktf/provider-azurerm";
import * as kubernetes from "@cdktf/provider-kubernetes";
import { synthesizeShipped } from "./shipped.ts";

/** As `cdktf init` sets a project up: the bindings by their names, and ts-node. */
synthesizeShipped({ azurerm, kubernetes }, process.argv[2] as string);
