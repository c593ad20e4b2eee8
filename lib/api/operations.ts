/** Every operation of the HTTP API. The routes below `app/api/v1` do them; a test holds both against each other. */
import type { z } from "zod";
import type { TOKEN_RIGHTS } from "@/lib/auth/rights";
import { ListGenerationsSchema } from "@/lib/generations/list-generations-schema";
import { GenerationSchema } from "@/lib/generations/view";
import { InputImageSchema } from "@/lib/playground/input";
import { ServiceDetailSchema, ServiceSummarySchema } from "@/lib/services/view";
import { ConnectionsSchema, DeployedSchema, DeploySchema, DoneSchema, GenerateSchema } from "./schemas";

export interface Operation {
  method: "GET" | "POST" | "DELETE";
  /** Below `/api/v1`. */
  path: string;
  id: string;
  summary: string;
  right: (typeof TOKEN_RIGHTS)[number];
  query?: z.ZodObject;
  /** JSON, or the bytes of a picture. */
  body?: z.ZodType | "picture";
  /** Absent: the answer is described elsewhere. */
  answer?: z.ZodType;
}

export const OPERATIONS: readonly Operation[] = [
  {
    method: "GET",
    path: "/openapi.json",
    id: "describe",
    summary: "This description.",
    right: "connections.read",
  },
  {
    method: "GET",
    path: "/connections",
    id: "listConnections",
    summary: "The accounts and regions that this console works in.",
    right: "connections.read",
    answer: ConnectionsSchema,
  },
  {
    method: "GET",
    path: "/services",
    id: "listServices",
    summary: "All services of the connection.",
    right: "services.read",
    answer: ServiceSummarySchema.array(),
  },
  {
    method: "POST",
    path: "/services",
    id: "deployService",
    summary: "Deploys a service. Safe to send again: the same configuration under the same name is created once.",
    right: "services.write",
    body: DeploySchema,
    answer: DeployedSchema,
  },
  {
    method: "GET",
    path: "/services/{name}",
    id: "getService",
    summary: "One service: its state, and why it is in it.",
    right: "services.read",
    answer: ServiceDetailSchema,
  },
  {
    method: "DELETE",
    path: "/services/{name}",
    id: "deleteService",
    summary: "Deletes a service. Models and pictures stay in OSS.",
    right: "services.write",
    answer: DoneSchema,
  },
  {
    method: "POST",
    path: "/services/{name}/start",
    id: "startService",
    summary: "Starts a stopped service.",
    right: "services.write",
    answer: DoneSchema,
  },
  {
    method: "POST",
    path: "/services/{name}/stop",
    id: "stopService",
    summary: "Stops a service and releases its instances.",
    right: "services.write",
    answer: DoneSchema,
  },
  {
    method: "POST",
    path: "/services/{name}/inputs",
    id: "storeInput",
    summary: "Stores a picture as the input of later requests.",
    right: "generate",
    body: "picture",
    answer: InputImageSchema,
  },
  {
    method: "POST",
    path: "/services/{name}/generations",
    id: "generate",
    summary: "Asks for pictures. They are made with or without a client that waits.",
    right: "generate",
    body: GenerateSchema,
    answer: GenerationSchema.array(),
  },
  {
    method: "GET",
    path: "/services/{name}/generations",
    id: "listGenerations",
    summary: "The pictures of a service, newest first.",
    right: "generations.read",
    query: ListGenerationsSchema.omit({ service: true }),
    answer: GenerationSchema.array(),
  },
  {
    method: "GET",
    path: "/generations/{id}",
    id: "getGeneration",
    summary: "One picture that was asked for: its state, and links to it that are good for an hour.",
    right: "generations.read",
    answer: GenerationSchema,
  },
];
