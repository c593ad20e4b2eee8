CREATE TABLE "instance_runs" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"connection_id" text NOT NULL,
	"service_id" text NOT NULL,
	"service" text NOT NULL,
	"owner" text NOT NULL,
	"instance" text NOT NULL,
	"instance_type" text,
	"own_resources" boolean NOT NULL,
	"amount_per_hour" double precision,
	"started_at" timestamp with time zone,
	"from_at" timestamp with time zone NOT NULL,
	"until_at" timestamp with time zone NOT NULL,
	"gone_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "meter_states" (
	"connection_id" text PRIMARY KEY NOT NULL,
	"region" text NOT NULL,
	"first_at" timestamp with time zone,
	"last_at" timestamp with time zone,
	"attempted_at" timestamp with time zone NOT NULL,
	"error" text
);
--> statement-breakpoint
CREATE TABLE "reading_gaps" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"connection_id" text NOT NULL,
	"from_at" timestamp with time zone NOT NULL,
	"until_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "instance_runs_time" ON "instance_runs" USING btree ("connection_id","until_at");--> statement-breakpoint
CREATE INDEX "instance_runs_open" ON "instance_runs" USING btree ("connection_id") WHERE gone_at IS NULL;--> statement-breakpoint
CREATE INDEX "reading_gaps_time" ON "reading_gaps" USING btree ("connection_id","until_at");