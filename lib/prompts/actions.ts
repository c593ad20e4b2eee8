"use server";

import { action } from "@/lib/action.server";
import { SaveStyleSchema, StyleIdSchema } from "./schemas";
import * as styles from "./styles";

export const saveStyle = action(SaveStyleSchema, "generate", styles.saveStyle);
export const deleteStyle = action(StyleIdSchema, "generate", styles.deleteStyle);
