CREATE TABLE "notices" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"connection_id" text NOT NULL,
	"service" text NOT NULL,
	"kind" text NOT NULL,
	"details" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "webhook_deliveries" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"webhook_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"body" text NOT NULL,
	"state" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"not_before" timestamp with time zone NOT NULL,
	"status" integer,
	"error" text,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "webhooks" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"url" text NOT NULL,
	"sealed_secret" text NOT NULL,
	"kinds" jsonb NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"created_by" uuid,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "first_pictures" (
	"connection_id" text NOT NULL,
	"service" text NOT NULL,
	"service_id" text NOT NULL,
	"version" integer NOT NULL,
	"state" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"task_id" text,
	"bucket" text,
	"key" text,
	"elapsed_ms" integer,
	"error" jsonb,
	"started_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "first_pictures_connection_id_service_id_version_pk" PRIMARY KEY("connection_id","service_id","version")
);
--> statement-breakpoint
CREATE TABLE "followed_starts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"connection_id" text NOT NULL,
	"service" text NOT NULL,
	"user_id" uuid,
	"purpose" text NOT NULL,
	"proof" text NOT NULL,
	"state" text NOT NULL,
	"told" text,
	"started_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "stage_durations" (
	"connection_id" text NOT NULL,
	"service_id" text NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"stage" text NOT NULL,
	"duration_ms" integer NOT NULL,
	"image" text NOT NULL,
	"instance_type" text NOT NULL,
	"model_class" text NOT NULL,
	CONSTRAINT "stage_durations_connection_id_service_id_started_at_stage_pk" PRIMARY KEY("connection_id","service_id","started_at","stage")
);
--> statement-breakpoint
CREATE TABLE "timeline_entries" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"connection_id" text NOT NULL,
	"service" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"kind" text NOT NULL,
	"level" text NOT NULL,
	"code" text NOT NULL,
	"params" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"text" text DEFAULT '' NOT NULL,
	"fingerprint" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "watch_states" (
	"key" text PRIMARY KEY NOT NULL,
	"id" bigint NOT NULL,
	"state" text NOT NULL,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_webhook_id_webhooks_id_fk" FOREIGN KEY ("webhook_id") REFERENCES "public"."webhooks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhooks" ADD CONSTRAINT "webhooks_created_by_users_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "followed_starts" ADD CONSTRAINT "followed_starts_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "notices_at" ON "notices" USING btree ("at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "webhook_deliveries_webhook" ON "webhook_deliveries" USING btree ("webhook_id","created_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "webhook_deliveries_state" ON "webhook_deliveries" USING btree ("state","not_before");--> statement-breakpoint
CREATE INDEX "followed_starts_service" ON "followed_starts" USING btree ("connection_id","service");--> statement-breakpoint
CREATE INDEX "followed_starts_state" ON "followed_starts" USING btree ("state");--> statement-breakpoint
CREATE INDEX "stage_durations_like" ON "stage_durations" USING btree ("connection_id","stage","instance_type");--> statement-breakpoint
CREATE INDEX "timeline_entries_service" ON "timeline_entries" USING btree ("connection_id","service","id" DESC NULLS LAST);--> statement-breakpoint
CREATE UNIQUE INDEX "timeline_entries_fingerprint" ON "timeline_entries" USING btree ("connection_id","service","fingerprint");