/** Standard input by name: yargs drops a positional `-`, so the entry gives this instead. */
export const STDIN = "/dev/stdin";
