DROP INDEX "instance_runs_time";--> statement-breakpoint
DROP INDEX "instance_runs_open";--> statement-breakpoint
CREATE INDEX "instance_runs_gone" ON "instance_runs" USING btree ("connection_id","gone_at");