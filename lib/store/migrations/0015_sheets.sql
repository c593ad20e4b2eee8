CREATE TABLE "golden_prompts" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"connection_id" text NOT NULL,
	"service" text NOT NULL,
	"user_name" text,
	"input" jsonb NOT NULL,
	"task_id" text NOT NULL,
	"version" integer,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sheets" (
	"id" uuid PRIMARY KEY NOT NULL,
	"connection_id" text NOT NULL,
	"service" text NOT NULL,
	"user_id" uuid,
	"user_name" text,
	"kind" text NOT NULL,
	"labels" jsonb NOT NULL,
	"task_ids" jsonb NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "sheets" ADD CONSTRAINT "sheets_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "golden_prompts_service" ON "golden_prompts" USING btree ("connection_id","service","created_at");--> statement-breakpoint
CREATE INDEX "sheets_service_time" ON "sheets" USING btree ("connection_id","service","created_at" DESC NULLS LAST);