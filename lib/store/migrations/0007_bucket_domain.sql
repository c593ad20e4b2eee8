ALTER TABLE "connections" ADD COLUMN "domain_host" text;--> statement-breakpoint
ALTER TABLE "connections" ADD COLUMN "domain_bucket" text;