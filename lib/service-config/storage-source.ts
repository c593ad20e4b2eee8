/** What a mount may get its files from; a mount has exactly one source. */
export const STORAGE_SOURCE_IDS = ["oss", "nfs", "git", "dataset", "image", "empty_dir"] as const;
export type StorageSource = (typeof STORAGE_SOURCE_IDS)[number];
