ALTER TABLE "import_files" ADD COLUMN "sum_parts" integer;--> statement-breakpoint
ALTER TABLE "import_files" ADD COLUMN "sum_state" text;