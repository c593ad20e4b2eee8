CREATE TABLE "model_roots" (
	"connection_id" text NOT NULL,
	"bucket" text NOT NULL,
	"prefix" text NOT NULL,
	"verdict" jsonb NOT NULL,
	"manifest" jsonb NOT NULL,
	"checked_by" text NOT NULL,
	"checked_at" timestamp with time zone NOT NULL,
	CONSTRAINT "model_roots_connection_id_bucket_prefix_pk" PRIMARY KEY("connection_id","bucket","prefix")
);
