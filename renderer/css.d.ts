/** Style sheets are imported beside what they style, and bundled into the page's own. */
declare module "*.css";
