/** What both requests of a probe send. */
export const PROBE_TEXT = "easel";
