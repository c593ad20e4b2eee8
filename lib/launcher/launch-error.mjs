/** Its message is the one line that a person gets to read. */
export class LaunchError extends Error {
  name = "LaunchError";
}
