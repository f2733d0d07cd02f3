// Loaded before the program: another run frees the lock right after this one has found it held.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const { renameSync } = fs;
fs.renameSync = (from, to) => {
  try {
    renameSync(from, to);
  } catch (error) {
    if (error.code === "ENOTEMPTY" && to.endsWith(".azureml-aks")) fs.rmSync(to, { recursive: true });
    throw error;
  }
};
syncBuiltinESMExports();
