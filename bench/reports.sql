-- A year of %(size)s conversations, one after the other, and what is counted of them, straight in SQL: what is measured is
-- adding up and reading. Times are spread as in life: most short, a few very long.
SET session_replication_role = replica;

SET synchronous_commit = off;

INSERT INTO conversations_contact (id, name, email, phone, picture, attributes, created_at)
SELECT n, 'First' || n %% 499 || ' Last' || n %% 1999, '', '', '', '{}', now() FROM generate_series(1, %(size)s) n;

INSERT INTO conversations_identity (id, contact_id, channel_id, external_id, verified, username)
SELECT n, n, (%(channels)s::int[])[1 + n %% 5], 'bench-' || n, false, '' FROM generate_series(1, %(size)s) n;

INSERT INTO conversations_conversation (id, channel_id, identity_id, state, team_id, assignee_id, auto_assigned, priority,
    started_at, window_shut, window_warned, unread, last_message_at, last_text, last_from)
SELECT n, (%(channels)s::int[])[1 + n %% 5], n, 'closed', (%(teams)s::int[])[1 + (n / 20) %% 20],
    (%(agents)s::int[])[1 + (n / 20) %% 100], false, 2, at, true, true, 0, at, 'Thank you', 'contact'
FROM (SELECT n, now() - n * interval '365 days' / %(size)s AS at FROM generate_series(1, %(size)s) n) AS one;

INSERT INTO conversations_labelling (conversation_id, label_id)
SELECT n, (%(labels)s::int[])[1 + n %% 7] FROM generate_series(1, %(size)s) n WHERE n %% 3 = 0;

INSERT INTO conversations_fact (conversation_id, measure, at, day, hour, team_id, channel_id, teammate_id, whole, share,
    value, value_open, step, step_open)
SELECT id, measure, at, at::date, extract(hour FROM at), team_id, channel_id, CASE measure WHEN 1 THEN 0 ELSE assignee_id END,
    true, true, v, v / 3, CASE WHEN measure = 1 THEN v ELSE ((v + (1::bigint << s >> 1)) >> s) << s END,
    CASE WHEN measure = 1 THEN v / 3 ELSE ((v / 3 + (1::bigint << s >> 1)) >> s) << s END
FROM (
    SELECT *, greatest(0, floor(ln(greatest(v, 1)::float8) / ln(2))::int - 4) AS s FROM (
        SELECT c.id, m AS measure, started_at AT TIME ZONE 'UTC' AS at, team_id, channel_id, assignee_id,
            CASE m WHEN 1 THEN started_at::date - date '0001-01-01' + 1 + (c.id %% 3)::int
                WHEN 11 THEN 0 ELSE exp(3 + random() * (4 + m))::bigint END AS v
        FROM conversations_conversation c, unnest(ARRAY[1, 2, 3, 4, 5, 11]) m
    ) AS drawn
) AS fact;

INSERT INTO conversations_rollup (month, team_id, fresh, spoilt)
SELECT DISTINCT date_trunc('month', day)::date, unnest(ARRAY[team_id, -1]), false, 0 FROM conversations_fact;

INSERT INTO conversations_onlineday (teammate_id, day, seconds)
SELECT agent, current_date - d, 28800 FROM unnest(%(agents)s::int[]) agent, generate_series(0, 365) d;

RESET session_replication_role;
