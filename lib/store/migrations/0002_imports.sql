CREATE TABLE "import_files" (
	"import_id" uuid NOT NULL,
	"path" text NOT NULL,
	"source" jsonb NOT NULL,
	"size_bytes" bigint,
	"done_bytes" bigint DEFAULT 0 NOT NULL,
	"upload_id" text,
	"validator" text,
	"done" boolean DEFAULT false NOT NULL,
	CONSTRAINT "import_files_import_id_path_pk" PRIMARY KEY("import_id","path")
);
--> statement-breakpoint
CREATE TABLE "imports" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"connection_id" text NOT NULL,
	"user_id" uuid NOT NULL,
	"source" jsonb NOT NULL,
	"bucket" text NOT NULL,
	"prefix" text NOT NULL,
	"folder" text NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"cancelled" boolean DEFAULT false NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"not_before" timestamp with time zone,
	"error" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "import_files" ADD CONSTRAINT "import_files_import_id_imports_id_fk" FOREIGN KEY ("import_id") REFERENCES "public"."imports"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "imports" ADD CONSTRAINT "imports_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "imports_connection" ON "imports" USING btree ("connection_id","created_at");--> statement-breakpoint
CREATE INDEX "imports_state" ON "imports" USING btree ("state");