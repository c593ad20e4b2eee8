/**
 * The way from "accepted" to the first picture. Mounts come before the image because that is the order on a Kubernetes
 * node: a volume that cannot be mounted keeps the pull from starting.
 */
export const STAGE_IDS = ["accepted", "resources", "mounts", "image", "loading", "answering", "first_image"] as const;
export type StageId = (typeof STAGE_IDS)[number];
