"use server";

import { action } from "@/lib/action.server";
import { inPlace, orderOf } from "@/lib/connections/order";
import * as remove from "./delete-pictures";
import * as mark from "./mark-pictures";
import * as rebuild from "./rebuild/manage";

export const starPictures = action(orderOf(mark.StarSchema), "generate", inPlace(mark.starPictures));
export const tagPictures = action(orderOf(mark.TagsSchema), "generate", inPlace(mark.tagPictures));
/** Objects of a bucket, and as final: the same right as for models. */
export const deletePictures = action(
  orderOf(remove.DeletePicturesSchema),
  "models.write",
  inPlace(remove.deletePictures),
);
export const startRebuild = action(orderOf(rebuild.NothingSchema), "generate", inPlace(rebuild.startRebuild));
export const cancelRebuild = action(orderOf(rebuild.NothingSchema), "generate", inPlace(rebuild.cancelRebuild));
