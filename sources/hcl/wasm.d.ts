/** A WebAssembly module, as bytes: the bundler puts them there. */
declare module "*.wasm" {
  const bytes: Uint8Array;
  export default bytes;
}
