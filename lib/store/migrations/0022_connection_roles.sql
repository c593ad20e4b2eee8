CREATE TABLE "closed_connections" (
	"connection_id" text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "connection_roles" (
	"user_id" uuid NOT NULL,
	"connection_id" text NOT NULL,
	"role" text NOT NULL,
	CONSTRAINT "connection_roles_user_id_connection_id_pk" PRIMARY KEY("user_id","connection_id")
);
--> statement-breakpoint
ALTER TABLE "invitations" ADD COLUMN "places" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "connection_roles" ADD CONSTRAINT "connection_roles_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;