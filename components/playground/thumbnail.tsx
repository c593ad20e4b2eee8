"use client";

import { ImageOff, OctagonAlert, X } from "lucide-react";
import { useState } from "react";
import { cn } from "@/components/ui/cn";
import { Spinner } from "@/components/ui/spinner";
import { isOpen } from "@/lib/generations/states";
import type { Generation } from "@/lib/generations/view";
import { useProgressText } from "./working";

/** A picture small, or what stands in its place. */
export function Thumbnail({ item, known }: { item: Generation; known: readonly Generation[] }) {
  const progressText = useProgressText();
  const picture = item.pictures[0];
  if (picture && !picture.isNsfw)
    return (
      <SmallPicture key={picture.url} picture={picture} alt={item.input.prompt} className="aspect-square size-full" />
    );
  if (isOpen(item.status)) {
    return (
      <Instead icon={<Spinner />}>
        <span className="line-clamp-3 text-xs">{progressText(item, known)}</span>
        <span className="sr-only">{item.input.prompt}</span>
      </Instead>
    );
  }
  const Icon = picture ? ImageOff : item.status === "cancelled" ? X : OctagonAlert;
  return (
    <Instead icon={<Icon aria-hidden="true" className="size-4" />}>
      <span className="line-clamp-2 text-xs">{item.input.prompt}</span>
    </Instead>
  );
}

function Instead({ icon, children }: { icon: React.ReactNode; children: React.ReactNode }) {
  return (
    <span className="flex aspect-square size-full flex-col items-center justify-center gap-1 p-2 text-center text-text-2">
      {icon}
      {children}
    </span>
  );
}

interface SmallPictureProps {
  picture: { url: string; thumbnailUrl: string };
  alt: string;
  title?: string;
  className?: string;
}

/** Where the bucket makes no small pictures the whole one does. */
export function SmallPicture({ picture, alt, title, className }: SmallPictureProps) {
  const [isWhole, setIsWhole] = useState(false);
  return (
    // biome-ignore lint/performance/noImgElement: a signed address of the bucket, see result.tsx
    <img
      src={isWhole ? picture.url : picture.thumbnailUrl}
      alt={alt}
      title={title}
      loading="lazy"
      onError={() => setIsWhole(true)}
      className={cn("object-cover", className)}
    />
  );
}
