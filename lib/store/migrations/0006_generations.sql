CREATE TABLE "queue_settings" (
	"connection_id" text NOT NULL,
	"service" text NOT NULL,
	"keep_unclaimed" boolean DEFAULT false NOT NULL,
	CONSTRAINT "queue_settings_connection_id_service_pk" PRIMARY KEY("connection_id","service")
);
--> statement-breakpoint
CREATE TABLE "unclaimed_answers" (
	"connection_id" text NOT NULL,
	"service" text NOT NULL,
	"request_id" text NOT NULL,
	"tags" jsonb NOT NULL,
	"body" text NOT NULL,
	"prompt" text,
	"bucket" text,
	"keys" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "unclaimed_answers_connection_id_service_request_id_pk" PRIMARY KEY("connection_id","service","request_id")
);
--> statement-breakpoint
ALTER TABLE "generations" ADD COLUMN "user_name" text;--> statement-breakpoint
ALTER TABLE "generations" ADD COLUMN "purpose" text DEFAULT 'person' NOT NULL;--> statement-breakpoint
ALTER TABLE "generations" ADD COLUMN "wait_reason" text;--> statement-breakpoint
ALTER TABLE "generations" ADD COLUMN "refused_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "generations" ADD COLUMN "request" jsonb;--> statement-breakpoint
ALTER TABLE "generations" ADD COLUMN "served" jsonb;--> statement-breakpoint
ALTER TABLE "generations" ADD COLUMN "request_id" text;--> statement-breakpoint
ALTER TABLE "generations" ADD COLUMN "queue_index" text;--> statement-breakpoint
ALTER TABLE "generations" ADD COLUMN "place" integer;--> statement-breakpoint
ALTER TABLE "generations" ADD COLUMN "working" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "generations" ADD COLUMN "recovered" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "generations" ADD COLUMN "side_car" text;--> statement-breakpoint
ALTER TABLE "generations" ADD COLUMN "sent_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "generations" ADD COLUMN "settled_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "generations_request" ON "generations" USING btree ("connection_id","service","request_id");--> statement-breakpoint
CREATE INDEX "generations_open" ON "generations" USING btree ("connection_id","service") WHERE status IN ('waiting', 'queued', 'running') OR side_car = 'due';