/**
 * A mistake of whoever uses the program: in a file, an argument or the environment. The message says what is wrong and
 * what to do. Commands print it without a stack trace, and end with exit status 2.
 */
export class UserError extends Error {}
