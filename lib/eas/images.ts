import { z } from "zod";
import type { Connection } from "@/lib/connection";
import { createTransport, type TransportOptions } from "./transport";

export interface ContainerImage {
  id: string;
  name: string;
  uri: string;
  description?: string;
  /** Labels that matter to a choice: what chip, what framework. */
  labels: Record<string, string>;
}

const ListImagesReply = z.object({
  TotalCount: z.number().optional(),
  Images: z
    .array(
      z.object({
        ImageId: z.string(),
        Name: z.string().optional(),
        ImageUri: z.string(),
        Description: z.string().nullish(),
        Labels: z.array(z.object({ Key: z.string(), Value: z.string().optional() })).nullish(),
      }),
    )
    .default([]),
});

/** What AIWorkSpace marks as made for EAS. */
const FOR_EAS = "system.supported.eas=true";
const PAGE_SIZE = 100;
/** A bound, so that one reply cannot make us page for ever. */
const MAX_PAGES = 10;

/** Official images and the account's registered ones that EAS can run (eas-openapi.md §8). */
export async function listImages(connection: Connection, options: TransportOptions = {}): Promise<ContainerImage[]> {
  const { call } = createTransport(connection, options);
  const images: ContainerImage[] = [];
  for (let page = 1; page <= MAX_PAGES; page++) {
    const reply = await call({
      product: "workspace",
      action: "ListImages",
      method: "GET",
      path: ["images"],
      query: { Labels: FOR_EAS, Verbose: true, PageNumber: page, PageSize: PAGE_SIZE },
      reply: ListImagesReply,
    });
    images.push(...reply.Images.map(toImage));
    if (reply.Images.length < PAGE_SIZE || images.length >= (reply.TotalCount ?? 0)) break;
  }
  return images;
}

function toImage(image: z.output<typeof ListImagesReply>["Images"][number]): ContainerImage {
  return {
    id: image.ImageId,
    name: image.Name ?? image.ImageId,
    uri: image.ImageUri,
    ...(image.Description && { description: image.Description }),
    labels: Object.fromEntries((image.Labels ?? []).map(({ Key, Value = "" }) => [Key, Value])),
  };
}
