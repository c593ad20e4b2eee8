import { PythonError } from "./python-error";

/** File systems refuse longer names. */
const MAX_NAME_BYTES = 255;

/**
 * Downloads as the service does them, with its traps (reference: diffusers-service.md §9): what comes back, picture or error
 * page, is saved under the last part of the link, query included, and appended to what was saved under that name before, so
 * that the first one is read again for as long as the container lives.
 */
export class LinkReader {
  private readonly saved = new Map<string, Uint8Array>();

  constructor(
    /** Body of the answer, whatever its status; rejects when nobody answers. */
    private readonly fetchLink: (link: string) => Promise<Uint8Array>,
    /** `--region`, e.g. `hangzhou`. */
    private readonly flagRegion: string,
  ) {}

  /** Links of the flag's region go to the intranet endpoint. */
  toInternal(link: string): string {
    if (!link.includes(`oss-cn-${this.flagRegion}.aliyuncs.com`) || link.includes("internal")) return link;
    return link.replaceAll(".aliyuncs.com/", "-internal.aliyuncs.com/");
  }

  async download(link: string): Promise<Uint8Array> {
    const body = await this.fetchLink(link);
    const name = link.split("/").at(-1) ?? "";
    if (name === "") throw new PythonError("FileNotFoundError", "[Errno 2] No such file or directory: ''");
    if (Buffer.byteLength(name) > MAX_NAME_BYTES) {
      throw new PythonError("OSError", `[Errno 36] File name too long: '${name}'`);
    }
    const before = this.saved.get(name);
    if (before) return before;
    this.saved.set(name, body);
    return body;
  }
}
