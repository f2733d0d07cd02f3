/** A page with its script in it, as text: the bundler puts it there. */
declare module "*.html" {
  const page: string;
  export default page;
}
