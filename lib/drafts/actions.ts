"use server";

import { z } from "zod";
import { action } from "@/lib/action.server";
import * as verbs from "./drafts";

export const createDraft = action(z.object({}), "services.write", (ctx) => verbs.createDraft(ctx));
export const saveDraft = action(verbs.SaveDraftSchema, "services.write", verbs.saveDraft);
export const deleteDraft = action(verbs.DraftIdSchema, "services.write", verbs.deleteDraft);
