ALTER TABLE "generations" ADD COLUMN "measured" jsonb;--> statement-breakpoint
ALTER TABLE "generations" ADD COLUMN "aspect" integer GENERATED ALWAYS AS (case
        when status = 'failed' or answer->'isNsfw' @> '[true]' then 1000
        when measured is not null then round(1000 * (measured->>'width')::numeric / nullif((measured->>'height')::numeric, 0))
        when input->>'func' = 'outpaint' then round(1000 *
          div((input#>>'{image,width}')::numeric + (input#>>'{expand,left}')::numeric + (input#>>'{expand,right}')::numeric, 32) /
          nullif(div((input#>>'{image,height}')::numeric + (input#>>'{expand,up}')::numeric + (input#>>'{expand,down}')::numeric, 32), 0))
        when input->>'func' in ('i2i', 'inpaint') then round(1000 *
          div((input->>'width')::numeric, 32) / nullif(div((input->>'height')::numeric, 32), 0))
        else round(1000 * (input->>'width')::numeric / nullif((input->>'height')::numeric, 0))
      end) STORED;