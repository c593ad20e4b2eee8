"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { CollectedFile } from "@/components/upload/collect-files";
import { useUpload } from "@/components/upload/use-upload";
import { libraryQueries } from "@/lib/library/queries";
import type { CheckOptions } from "@/lib/models/check";
import { blobFile } from "@/lib/models/model-file";
import { type Part, type PartPlace, placePart } from "@/lib/models/part";
import type { ModelFile } from "@/lib/models/types";
import { uniteWith } from "@/lib/models/unite";
import { ossQueries } from "@/lib/oss/queries";
import { togetherQuery } from "./together-query";

export interface PartTarget {
  connectionId: string;
  bucket: string;
  /** Of a model root that is there. */
  prefix: string;
}

interface Choice {
  place: PartPlace;
  name: string;
}

/** What was recognised, with the files as the browser has them. */
interface Given {
  part: Part;
  blobs: ReadonlyMap<ModelFile, File>;
}

/** A part on its way into a model root: recognised, placed, checked together with what lies there, uploaded. */
export function usePart({ connectionId, bucket, prefix }: PartTarget, flags: CheckOptions, onDone?: () => void) {
  const client = useQueryClient();
  const upload = useUpload();
  const [choice, setChoice] = useState<Choice>();
  const recognise = useMutation({
    mutationFn: async (collected: readonly CollectedFile[]): Promise<Given> => {
      const blobs = new Map(collected.map(({ path, file }) => [blobFile(path, file), file]));
      const { recognisePart } = await import("@/lib/models/part");
      return { part: await recognisePart([...blobs.keys()]), blobs };
    },
    onSuccess: ({ part: { places, name } }) => setChoice({ place: places[0] ?? "lora", name }),
  });
  const existing = useQuery(ossQueries.root(connectionId, bucket, prefix));
  const given = recognise.data;
  const planned = given && choice ? placePart(given.part, choice.place, choice.name) : [];
  const options = choice ? { ...flags, ...flagsFor(choice.place, flags) } : flags;
  const report = useQuery(
    togetherQuery({
      connectionId,
      root: { bucket, prefix },
      existing: existing.data?.files,
      planned,
      options,
      given,
      choice: choice && `${choice.place} ${choice.name}`,
    }),
  );
  const start = useMutation({
    mutationFn: async (anyway: boolean) => {
      const files = planned.map(({ source, target }) => {
        const file = given?.blobs.get(source);
        return { path: target, file: file ?? new Blob(), lastModified: file?.lastModified ?? 0 };
      });
      const { func, blade, translate, closeSafety, customImage } = options;
      const check = { func, blade, translate, closeSafety, customImage };
      await upload.start({ connectionId, bucket, prefix, files, check, anyway });
    },
  });

  const { target, finish, active, line } = upload;
  const isHere = target?.connectionId === connectionId && target.bucket === bucket && target.prefix === prefix;
  const isDone =
    isHere && finish?.state === "checked" && finish.result.missing.length === 0 && finish.result.different.length === 0;
  useEffect(() => {
    if (!isDone) return;
    void client.invalidateQueries({ queryKey: ossQueries.all(connectionId) });
    void client.invalidateQueries({ queryKey: libraryQueries.all(connectionId) });
    onDone?.();
  }, [isDone, client, connectionId, onDone]);

  return {
    part: given?.part,
    choice,
    choose: setChoice,
    take: recognise.mutate,
    taking: recognise.isPending,
    takeError: recognise.error,
    existing,
    union: existing.data ? uniteWith(existing.data.files, planned) : undefined,
    planned,
    report,
    start: start.mutate,
    startError: start.error,
    upload,
    /** The tab's one upload is this root's. */
    isHere: isHere && (upload.progress !== undefined || line !== undefined),
    /** It is another's, and must not be ended by this one. */
    busyWith: active && !isHere ? target : undefined,
    isDone,
    clear() {
      recognise.reset();
      start.reset();
      setChoice(undefined);
      void upload.clear();
    },
  };
}

/** What is brought along is meant to be used: the check asks what the service would do with it. */
function flagsFor(place: PartPlace, flags: CheckOptions): Partial<CheckOptions> {
  if (place === "controlnet") return { func: "controlnet" };
  if (place === "translate") return { translate: true };
  if (place === "lora_start") return { blade: false };
  return { translate: flags.translate };
}
