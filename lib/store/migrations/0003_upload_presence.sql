ALTER TABLE "uploads" ADD COLUMN "device" text;--> statement-breakpoint
ALTER TABLE "uploads" ADD COLUMN "seen_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "uploads" ADD COLUMN "ended_at" timestamp with time zone;