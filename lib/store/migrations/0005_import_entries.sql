CREATE TABLE "import_entries" (
	"import_id" uuid NOT NULL,
	"path" text NOT NULL,
	"upload_id" text,
	"etag" text,
	CONSTRAINT "import_entries_import_id_path_pk" PRIMARY KEY("import_id","path")
);
--> statement-breakpoint
ALTER TABLE "import_entries" ADD CONSTRAINT "import_entries_import_id_imports_id_fk" FOREIGN KEY ("import_id") REFERENCES "public"."imports"("id") ON DELETE cascade ON UPDATE no action;