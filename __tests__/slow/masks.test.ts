import { tryMasks } from "../masks.ts";

tryMasks();
