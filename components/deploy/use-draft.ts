"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { saveDraft } from "@/lib/drafts/actions";
import type { StoredDraft } from "@/lib/drafts/drafts";
import { draftQueries } from "@/lib/drafts/queries";
import { unwrap } from "@/lib/result";
import type { PartialDraft } from "@/lib/service-config/draft";
import { changeDraft, withForm } from "@/lib/service-config/draft-document";

/** The draft as the store has it, and how to change one step of it. */
export function useDraft(connectionId: string, region: string, initial: StoredDraft) {
  const client = useQueryClient();
  const query = draftQueries.detail(connectionId, initial.id);
  // What the person is writing must not be replaced by a refetch.
  const { data } = useQuery({ ...query, initialData: initial, staleTime: Number.POSITIVE_INFINITY });
  const { mutateAsync, isPending, error } = useMutation({
    mutationFn: async (patch: PartialDraft) => unwrap(await saveDraft({ id: initial.id, patch })),
    onMutate: (patch) => {
      client.setQueryData(query.queryKey, (draft) => draft && { ...draft, data: { ...draft.data, ...patch } });
    },
    // Saves arrive in order, so the last answer is the truth.
    onSuccess: (saved) => client.setQueryData(query.queryKey, saved),
  });
  const save = useCallback(
    (patch: PartialDraft) => {
      // As it is now, not as it was drawn: two changes may come in one moment.
      const current = client.getQueryData(draftQueries.detail(connectionId, initial.id).queryKey)?.data ?? {};
      const saved = mutateAsync(changeDraft(withForm(current, region), patch, region));
      // The wizard says what kept it from being saved (`saveError`): who does not wait for it need not hear of it.
      saved.catch(() => undefined);
      return saved;
    },
    [client, mutateAsync, region, connectionId, initial.id],
  );
  const draft = useMemo(() => withForm(data.data, region), [data.data, region]);
  return { draft, save, saving: isPending, saveError: error };
}
