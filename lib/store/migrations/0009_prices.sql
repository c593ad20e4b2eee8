CREATE TABLE "price_lists" (
	"connection_id" text NOT NULL,
	"region" text NOT NULL,
	"currency" text NOT NULL,
	"revision" integer NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	"updated_by" text NOT NULL,
	CONSTRAINT "price_lists_connection_id_region_pk" PRIMARY KEY("connection_id","region")
);
--> statement-breakpoint
CREATE TABLE "prices" (
	"connection_id" text NOT NULL,
	"region" text NOT NULL,
	"instance_type" text NOT NULL,
	"since" date NOT NULL,
	"per_hour" double precision NOT NULL,
	"source" text NOT NULL,
	CONSTRAINT "prices_connection_id_region_instance_type_since_pk" PRIMARY KEY("connection_id","region","instance_type","since")
);
