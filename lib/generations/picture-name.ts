import { isTaskId } from "@/lib/playground/task-id";

/** What the name of an object says of it. */

export function isPictureKey(key: string): boolean {
  return /[^/]\.(png|jpe?g|webp)$/i.test(key);
}

/** Of `<task_id>_<YYYYMMDD_HHMMSS>_<n>.png`, as the container names its files (diffusers-service.md §6). */
export function taskIdOf(keyOrName: string): string | undefined {
  const name = keyOrName.split("/").at(-1) ?? "";
  // Our archives put the time before it, browsers a number behind it.
  const [, taskId] = /^(?:\d{8}-\d{6}_)?([^_]+)_\d{8}_\d{6}_\d{1,3}(?:\D.*)?\.(?:png|jpe?g|webp)$/i.exec(name) ?? [];
  return taskId !== undefined && isTaskId(taskId) ? taskId : undefined;
}
