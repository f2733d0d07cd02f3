/** What Node has everywhere and browsers have not: the bundle of the page has it everywhere too. */
export { Buffer } from "node:buffer";
