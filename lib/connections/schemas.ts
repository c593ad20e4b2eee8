import { z } from "zod";

/** The region becomes part of host names, so nothing but the form of a region id may pass. */
const region = z
  .string()
  .trim()
  .max(40, "connections.rules.region")
  .regex(/^[a-z]{2,}(-[a-z0-9]+)+$/, "connections.rules.region");
const accessKeyId = z
  .string()
  .trim()
  .min(1, "connections.rules.keyIdMissing")
  .max(128)
  .regex(/^[\w.-]+$/, "connections.rules.keyId");
/** An empty field of a form means "none". */
const secret = z
  .string()
  .trim()
  .max(8192)
  .transform((value) => value || undefined)
  .optional();

/** It becomes part of the content security policy: a plain name of at least two steps, no scheme, port or path. */
const domainHost = z
  .string()
  .trim()
  .toLowerCase()
  .max(253, "connections.rules.domain")
  .regex(/^(?:(?:[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9])?$/, "connections.rules.domain")
  .transform((value) => value || undefined)
  .optional();
const domainBucket = z
  .string()
  .trim()
  .regex(/^([a-z0-9][a-z0-9-]{1,61}[a-z0-9])?$/, "connections.rules.domainBucket")
  .transform((value) => value || undefined)
  .optional();

export const ConnectionIdSchema = z.object({ id: z.string().min(1).max(60) });

export const SaveConnectionSchema = z
  .object({
    /** Set = change this one; an empty secret then keeps the old one. */
    id: z.uuid().optional(),
    name: z.string().trim().min(1, "connections.rules.nameMissing").max(60),
    region,
    accessKeyId,
    accessKeySecret: secret,
    securityToken: secret,
    domainHost,
    domainBucket,
  })
  .refine((value) => value.id !== undefined || value.accessKeySecret !== undefined, {
    path: ["accessKeySecret"],
    message: "connections.rules.secretMissing",
  })
  .refine(({ domainHost, domainBucket }) => domainHost === undefined || domainBucket !== undefined, {
    path: ["domainBucket"],
    message: "connections.rules.domainBucket",
  })
  .refine(({ domainHost, domainBucket }) => domainBucket === undefined || domainHost !== undefined, {
    path: ["domainHost"],
    message: "connections.rules.domain",
  });

/** One that exists, or one that is still in the form. */
export const TestConnectionSchema = z.union([
  ConnectionIdSchema,
  z.object({
    region,
    accessKeyId,
    accessKeySecret: z.string().trim().min(1, "connections.rules.secretMissing").max(8192),
    securityToken: secret,
  }),
]);
