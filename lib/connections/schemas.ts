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
  })
  .refine((value) => value.id !== undefined || value.accessKeySecret !== undefined, {
    path: ["accessKeySecret"],
    message: "connections.rules.secretMissing",
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
