CREATE TABLE "budget_alarms" (
	"connection_id" text NOT NULL,
	"month" text NOT NULL,
	"percent" integer NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "budget_alarms_connection_id_month_percent_pk" PRIMARY KEY("connection_id","month","percent")
);
--> statement-breakpoint
CREATE TABLE "budgets" (
	"connection_id" text PRIMARY KEY NOT NULL,
	"amount" double precision NOT NULL
);
--> statement-breakpoint
CREATE TABLE "guard_defaults" (
	"connection_id" text PRIMARY KEY NOT NULL,
	"mode" text NOT NULL,
	"idle_minutes" integer NOT NULL,
	"remind_days" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "guard_states" (
	"connection_id" text NOT NULL,
	"service_id" text NOT NULL,
	"service" text NOT NULL,
	"stage" text NOT NULL,
	"reason" text,
	"idle_since" timestamp with time zone,
	"stops_at" timestamp with time zone,
	"held_by" text,
	"warned_at" timestamp with time zone,
	"stopped_at" timestamp with time zone,
	"keep_until" timestamp with time zone,
	"checked_at" timestamp with time zone NOT NULL,
	CONSTRAINT "guard_states_connection_id_service_id_pk" PRIMARY KEY("connection_id","service_id")
);
