import { z } from "zod";
import { CONNECTION_ROLES, ROLES, TOKEN_RIGHTS } from "./rights";

/** What people type at the door. Messages are keys, shown beside the field. */

export const nameSchema = z
  .string()
  .trim()
  .toLowerCase()
  .min(2, "auth.rules.nameLength")
  .max(60, "auth.rules.nameLength")
  .regex(/^[\p{L}\p{N}._@+-]+$/u, "auth.rules.nameCharacters");

/** Length is what counts (NIST SP 800-63B §5.1.1); the upper bound keeps hashing cheap. */
const newPassword = z.string().min(8, "auth.rules.passwordLength").max(200, "auth.rules.passwordTooLong");

export const SetUpSchema = z
  .object({
    code: z.string().trim().min(1, "auth.rules.codeMissing").max(200),
    name: nameSchema,
    password: newPassword,
  })
  .refine((value) => value.password.toLowerCase() !== value.name, {
    path: ["password"],
    message: "auth.rules.passwordIsName",
  });

/** Loose on purpose: a name that could never exist is refused like a wrong one. */
export const SignInSchema = z.object({
  name: z.string().trim().toLowerCase().min(1, "auth.rules.nameMissing").max(200),
  password: z.string().min(1, "auth.rules.passwordMissing").max(200),
  /** For those who have a second factor: of the device, or a recovery code. */
  code: z.string().trim().max(40, "auth.secondFactor.wrongCode").default(""),
});

export const ConfirmSecondFactorSchema = z.object({
  code: z
    .string()
    .trim()
    .regex(/^\d{3} ?\d{3}$/, "auth.secondFactor.sixDigits"),
});

/** Of the app, or a recovery code. */
export const RenewRecoveryCodesSchema = z.object({
  code: z.string().trim().min(1, "auth.secondFactor.missingCode").max(40, "auth.secondFactor.wrongCode"),
});

export const RemoveSecondFactorSchema = z.object({
  password: z.string().min(1, "auth.rules.passwordMissing").max(200),
});

export const ChangePasswordSchema = z.object({
  current: z.string().min(1, "auth.rules.passwordMissing").max(200),
  next: newPassword,
});

export const SessionIdSchema = z.object({ id: z.uuid() });

/** `name` counts for new people only. */
export const AcceptInvitationSchema = z.object({
  token: z.string().min(1).max(200),
  name: nameSchema,
  password: newPassword,
});

const connectionId = z.string().min(1).max(60);
/** What somebody is to be in connections, by id, where that is not their general role. */
export const PlacesSchema = z.record(connectionId, z.enum(CONNECTION_ROLES));

export const InviteSchema = z.object({
  role: z.enum(ROLES),
  places: PlacesSchema.default({}),
  note: z.string().trim().max(100).default(""),
});

export const PersonIdSchema = z.object({ id: z.uuid() });
export const ChangeRoleSchema = z.object({ id: z.uuid(), role: z.enum(ROLES) });
/** `role` null: their general role. */
export const SetPlaceSchema = z.object({ id: z.uuid(), connectionId, role: z.enum(CONNECTION_ROLES).nullable() });
export const SetClosedSchema = z.object({ connectionId, closed: z.boolean() });
export const SetDisabledSchema = z.object({ id: z.uuid(), disabled: z.boolean() });

/** Days until a token ends by itself. */
export const TOKEN_DAYS = [7, 30, 90, 365] as const;

export const CreateTokenSchema = z.object({
  name: z.string().trim().min(1).max(60),
  rights: z.array(z.enum(TOKEN_RIGHTS)).min(1, "tokens.rules.rightsNone").max(TOKEN_RIGHTS.length),
  /** Null: until it is revoked. */
  days: z
    .int()
    .refine((days) => TOKEN_DAYS.some((known) => known === days))
    .nullable(),
});
