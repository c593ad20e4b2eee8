/** By its name: archives are unpacked on the way, so what a server calls them does not matter. */
export function archiveFormat(pathname: string): "tar" | "zip" | undefined {
  if (/\.(tar\.gz|tgz|tar)$/i.test(pathname)) return "tar";
  if (/\.zip$/i.test(pathname)) return "zip";
  return undefined;
}
