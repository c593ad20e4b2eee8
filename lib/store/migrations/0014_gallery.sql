CREATE TABLE "gallery_rebuilds" (
	"connection_id" text PRIMARY KEY NOT NULL,
	"id" uuid DEFAULT gen_random_uuid() NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"folders" jsonb,
	"seen" integer DEFAULT 0 NOT NULL,
	"added" integer DEFAULT 0 NOT NULL,
	"foreign" integer DEFAULT 0 NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"not_before" timestamp with time zone,
	"cancelled" boolean DEFAULT false NOT NULL,
	"error" jsonb,
	"by" text,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "picture_stars" (
	"task_id" text PRIMARY KEY NOT NULL,
	"starred_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "picture_tags" (
	"task_id" text NOT NULL,
	"tag" text NOT NULL,
	CONSTRAINT "picture_tags_task_id_tag_pk" PRIMARY KEY("task_id","tag")
);
--> statement-breakpoint
ALTER TABLE "generations" DROP CONSTRAINT "generations_task_id_unique";--> statement-breakpoint
ALTER TABLE "generations" ALTER COLUMN "input" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "generations" ADD COLUMN "func" text GENERATED ALWAYS AS (input->>'func') STORED;--> statement-breakpoint
ALTER TABLE "generations" ADD COLUMN "model" text GENERATED ALWAYS AS (served->'model'->>'bucket' || '/' || (served->'model'->>'folder')) STORED;--> statement-breakpoint
ALTER TABLE "generations" ADD COLUMN "search" text GENERATED ALWAYS AS (lower(coalesce(input->>'prompt', '') || E'\n' || coalesce(input->>'negativePrompt', '') || E'\n' || coalesce(answer->>'prompt', '') || E'\n' || regexp_replace(coalesce(keys->>0, ''), '^.*/', ''))) STORED;--> statement-breakpoint
CREATE INDEX "picture_tags_tag" ON "picture_tags" USING btree ("tag");--> statement-breakpoint
CREATE INDEX "generations_gallery" ON "generations" USING btree ("connection_id","created_at","id");--> statement-breakpoint
CREATE INDEX "generations_keys" ON "generations" USING gin ("keys");--> statement-breakpoint
ALTER TABLE "generations" ADD CONSTRAINT "generations_task" UNIQUE("connection_id","task_id");